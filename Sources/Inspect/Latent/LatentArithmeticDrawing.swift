internal import Core
internal import Render

/// A sum of concepts laid out, and the words around it.
struct LatentArithmeticDrawing {
  let sum: LatentSum
  let options: LatentArithmetic
  let shell: NormalShell

  private var side: Double { Double(sum.pictures.shape[3]) }
  private var signs: [String] { ["", Numbers.minus, "+"] }
  private var letters: [String] { ["a", "b", "c"] }

  /// Points for each pixel of an exemplar, and of what comes out.
  private var small: Double { max(0.5, (2 * 56 / side).rounded(.down) / 2) }
  private var large: Double { max(0.5, (2 * 92 / side).rounded(.down) / 2) }

  var blocks: [any Block] {
    [
      HStack(spacing: 28, weights: [5, 6]) {
        Panel("In the latent space", caption: latentCaption) {
          HStack(spacing: 12) { (0..<3).map { column($0) } }
        }
        Panel("v = a \(Numbers.minus) b + c and its neighbours", caption: fieldCaption) {
          ImageGrid(
            Sampling.tiles(sum.pictures), columns: 3, magnification: large,
            labels: captions((0..<9).map { "field \($0)" }), frames: [4: .init(.fake, width: 2)])
        }
      },
      Panel("Control: the same with the pictures themselves", caption: controlCaption) {
        HStack(spacing: 12) {
          for index in 0..<3 {
            VStack(spacing: 4) {
              TextBlock(heading(index), style: .label, paint: .secondary)
              picture(sum.concepts[index].pictureMean, "pixels \(index)", small)
            }
          }
          VStack(spacing: 4) {
            TextBlock("= sum of pixels", style: .label, paint: .secondary)
            picture(sum.control, "control", small, frame: .init(.ink, width: 1))
          }
        }
      },
    ]
  }

  private func heading(_ index: Int) -> String {
    [signs[index], letters[index], sum.concepts[index].shortName].filter { !$0.isEmpty }.joined(
      separator: " ")
  }

  /// The exemplars of a concept over the picture of their mean.
  private func column(_ index: Int) -> any Block {
    let concept = sum.concepts[index]
    return VStack(spacing: 4) {
      TextBlock(heading(index), style: .heading)
      ImageGrid(
        Sampling.tiles(concept.pictures), columns: 1, magnification: small,
        labels: captions(concept.labels.indices.map { "exemplar \(index) \($0)" }))
      Space(height: 1)
      TextBlock("their mean", style: .label, paint: .secondary)
      picture(concept.meanPicture, "mean \(index)", small, frame: .given)
    }
  }

  private func picture(
    _ picture: Tensor, _ key: String, _ magnification: Double, frame: ImageGrid.Frame? = nil
  ) -> any Block {
    ImageGrid(
      Sampling.tiles(picture.reshaped(picture.shape.batched(1))), columns: 1, magnification: magnification,
      labels: captions([key]), frames: frame.map { [0: $0] } ?? [:])
  }

  private func captions(_ keys: [String]) -> ImageGrid.Labels {
    sum.verdicts.isEmpty ? .none : .captions(keys.map { sum.verdicts[$0] ?? "" })
  }

  // MARK: Words

  /// How the exemplars were chosen, for the line of facts.
  var choice: String {
    switch options.exemplars {
    case .classes:
      "the \(options.count) surest of each class among \(Numbers.grouped(options.samples)) pictures of seed \(options.seed)"
    case .concepts:
      zip(letters, sum.concepts).map { "\($0): \($1.name)" }.joined(separator: ", ")
    }
  }

  var lengthFact: String {
    let length = Numbers.fixed(sum.raw.norm, decimals: 2)
    return options.isRaw
      ? "‖v‖ = \(length) as it came out (usual \(Numbers.fixed(shell.mean, decimals: 1)))"
      : "v made as long as usual latents are: ‖v‖ from \(length) to \(Numbers.fixed(shell.mean, decimals: 2))"
  }

  private var latentCaption: String {
    options.isRaw
      ? "The means are drawn as they are: shorter than latents usually are."
      : "The means are drawn at the usual length, \(Numbers.fixed(shell.mean, decimals: 2)); they are added up as they are."
  }

  private var fieldCaption: String {
    "The middle is G(v); around it v + U(\(Numbers.minus)\(Numbers.significant(options.spread)), "
      + "\(Numbers.significant(options.spread))) in every coordinate."
  }

  private var controlCaption: String {
    "Means of the exemplars’ pixels, and their sum"
      + (sum.clippedShare > 0
        ? ", \(Numbers.percent(sum.clippedShare, decimals: 0)) of its pixels clipped to black or white."
        : ".")
  }

  var reading: String {
    "If the latent space keeps what pictures have in common in directions, the mean of some latents stands for a concept, and concepts can "
      + "be added and taken away: G(v) is then a clean picture, and so are its neighbours. The same sum of pixels lays pictures over each "
      + "other, and shows what mere addition gives."
  }

  var description: String {
    let names = sum.concepts.map(\.name)
    var text =
      "\(names[0]) minus \(names[1]) plus \(names[2]): nine pictures around the sum of the mean latents, and beneath the same sum of "
      + "pixels."
    if let said = sum.verdicts["field 4"], let control = sum.verdicts["control"] {
      text += " The judge reads the middle one as \(said), the sum of pixels as \(control)."
    }
    return text
  }

  var numbers: [(name: String, table: NumberTable)] {
    let rows = sum.raw.elements.indices.map { place in
      [NumberTable.text(Double(place))]
        + sum.concepts.map { NumberTable.text(Double($0.mean.elements[place])) }
        + [
          NumberTable.text(Double(sum.raw.elements[place])),
          NumberTable.text(Double(sum.sum.elements[place])),
        ]
    }
    let said = sum.verdicts.keys.sorted().map { [$0, sum.verdicts[$0]!] }
    return [
      (
        "arithmetic",
        NumberTable(
          columns: ["coordinate", "mean of a", "mean of b", "mean of c", "a − b + c", "v"], rows: rows)
      )
    ] + (said.isEmpty ? [] : [("verdicts", NumberTable(columns: ["picture", "judge"], rows: said))])
  }
}

extension LatentSum.Concept {
  /// The name where there is little room: no list of seeds, no path.
  fileprivate var shortName: String { name.hasPrefix("“") ? name : "" }
}
