internal import Core
public import Render

/// How Grad-CAM comes about: the maps that count most for a class, their weighted sum with its signs, and what is left of it over the
/// picture.
///
/// ```swift
/// let figure = try GradCAMFigure(example: .probe(12)).figure(of: specimen)
/// ```
public struct GradCAMFigure: Hashable, Sendable {
  /// The picture; nil for the first of the probe.
  public var example: Example.Choice?
  /// The class; nil for the one that is said and, where that is wrong, for the true one.
  public var target: Int?
  /// The layer; nil for the last convolution with maps of at least 7 × 7, after its ReLU.
  public var layer: String?
  /// Whether Grad-CAM++ weighs the maps.
  public var isPlusPlus: Bool
  /// The colours' theme.
  public var theme: Theme

  /// Grad-CAM of a picture.
  public init(
    example: Example.Choice? = nil, target: Int? = nil, layer: String? = nil, isPlusPlus: Bool = false,
    theme: Theme = .light
  ) {
    self.example = example
    self.target = target
    self.layer = layer
    self.isPlusPlus = isPlusPlus
    self.theme = theme
  }

  /// Draws it.
  /// - Throws: `InspectError` if there is no picture, no score or no layer with maps; `NetworkError` if the network cannot be run.
  public func figure(of specimen: Specimen) throws -> Figure {
    let attributor = try Attributor(of: specimen, settings: .init(layer: layer))
    let node = try attributor.camLayer.get()
    let subject = try AttributionSubject(example, target: target, for: specimen)
    let method: AttributionMethod = isPlusPlus ? .gradCAMPlusPlus : .gradCAM
    let maps = try attributor.attributions([method], of: [subject.question])[0].map { $0[0] }
    let classes = attributor.classes
    let panels = maps.map { map in
      GradCAMPanel(
        subject: subject, map: map, className: specimen.className(map.target, of: classes),
        showsClass: maps.count > 1)
    }
    let cam = maps[0].cam!
    var facts = [subject.example.named(specimen.probe?.classNames ?? [])]
    facts.append(
      "said “\(specimen.className(subject.said, of: classes))” with \(Numbers.fixed(subject.probability, decimals: 3))"
    )
    facts.append(
      "\(Numbers.grouped(cam.weights.count)) maps of \(node), \(cam.maps.shape[1]) × \(cam.maps.shape[2])")
    facts.append(specimen.moment.map { "\(specimen.name) at \($0.facts)" } ?? specimen.name)
    let weight = isPlusPlus ? "w" : "α"
    let recipe = specimen.provenance.adding(subject.example.fingerprint).recipe(
      "gradcam",
      entries: specimen.options + [
        subject.example.option, target.map { .init("class", .integer($0)) },
        layer.map { .init("layer", .string($0)) },
        isPlusPlus ? .init("plus-plus", .boolean(true)) : nil, .theme(theme),
      ])
    return Figure(
      "Where \(node) speaks for “\(specimen.className(maps[0].target, of: classes))”\(maps.count > 1 ? ", and where for the truth" : "")",
      facts: facts.joined(separator: " · "),
      reading:
        "Each map gets a weight, \(weight): \(isPlusPlus ? "the sum of its positive gradients, each weighted by place" : "by how much the class’s logit would grow with it, on average over its places"). "
        + "The weighted maps add up to the signed sum, red for the class and blue against it; what is above zero, enlarged, lies over the picture.",
      description: description(maps, specimen, classes), recipe: recipe,
      numbers: numbers(maps, specimen, classes), theme: theme,
      spacing: 24
    ) { panels as [any Block] }
  }

  private func description(_ maps: [Attribution], _ specimen: Specimen, _ classes: Int) -> String {
    maps.map { map in
      let cam = map.cam!
      let strongest = cam.strongest(5).map {
        "map \($0) (\(Numbers.significant(Double(cam.weights[$0]), digits: 2)))"
      }
      let largest = map.map.maximumMagnitude
      return
        "For “\(specimen.className(map.target, of: classes))”, logit \(Numbers.significant(Double(map.logit))): "
        + (map.hasEvidence
          ? "largest value \(Numbers.significant(Double(largest))). " : "no map speaks for it anywhere. ")
        + "The largest weights: \(strongest.listed)."
    }.joined(separator: " ")
  }

  private func numbers(
    _ maps: [Attribution], _ specimen: Specimen, _ classes: Int
  ) -> [(name: String, table: NumberTable)] {
    [
      (
        "weights",
        NumberTable(
          columns: ["class", "map", "weight", "mean activation", "largest activation"],
          rows: maps.flatMap { map in
            let cam = map.cam!
            let plane = cam.maps.shape[1] * cam.maps.shape[2]
            return cam.weights.indices.map { index in
              let values = cam.maps.elements[index * plane..<(index + 1) * plane]
              return [
                specimen.className(map.target, of: classes), String(index), "\(cam.weights[index])",
                NumberTable.text(values.reduce(0.0) { $0 + Double($1) } / Double(plane)),
                "\(values.max() ?? 0)",
              ]
            }
          })
      ),
      (
        "signed",
        NumberTable(
          columns: ["class", "row", "column", "value"],
          rows: maps.flatMap { map in
            let signed = map.cam!.signed
            return signed.elements.indices.map {
              [
                specimen.className(map.target, of: classes), String($0 / signed.shape[1]),
                String($0 % signed.shape[1]),
                "\(signed.elements[$0])",
              ]
            }
          })
      ),
    ]
  }
}

/// One class: picture, overlay and sums in a row, the maps that count most beneath.
private struct GradCAMPanel: Block {
  let subject: AttributionSubject
  let map: Attribution
  let className: String
  let showsClass: Bool

  func layout(_ proposal: Proposal) -> Fragment {
    let cam = map.cam!
    let gap = Spacing.panel
    let pixels = Double(max(map.map.shape[0], map.map.shape[1]))
    func side(_ room: Double, _ pixels: Double) -> Double {
      room >= pixels ? pixels * (room / pixels).rounded(.down) : room.rounded(.down)
    }
    let large = side(168, pixels)
    let coarse = Double(max(cam.maps.shape[1], cam.maps.shape[2]))
    let small = side(min((proposal.width - 4 * gap) / 5, 126), coarse)
    let symbol = map.method == .gradCAM ? "α" : "w"
    let largest = map.map.maximumMagnitude
    let signedLimit = Attribution.limit(of: cam.signed.elements).value
    let signedScale = ColorScale.diverging(limit: Double(signedLimit), symbol: "sum")
    let strongest = cam.strongest(5)
    let plane = cam.maps.shape[1] * cam.maps.shape[2]
    func values(_ index: Int) -> Tensor {
      Tensor(
        [cam.maps.shape[1], cam.maps.shape[2]], Array(cam.maps.elements[index * plane..<(index + 1) * plane]))
    }
    let layerScale = ColorScale.activations(cam.maps.elements)
    let shares = strongest.map { index in values(index).map { $0 * cam.weights[index] } }
    let shareScale = ColorScale.diverging(
      limit: Double(Attribution.limit(of: shares.flatMap(\.elements)).value), symbol: "share")
    return VStack(spacing: 14, alignsPlots: false) {
      HStack(spacing: gap) {
        Panel("the picture") { AttributionPicture(example: subject.example, side: large) }
        Panel("\(map.method.title) for “\(className)”", caption: overlayCaption(largest)) {
          overlay(large)
        }
        Panel(
          "signed sum Σ \(symbol)ₖAₖ",
          caption:
            "before the last ReLU; \(signedScale.limits): below lie 98\(Numbers.thinSpace)% of the summed magnitude"
        ) {
          AttributionTile(
            map: cam.signed, scale: signedScale, side: large,
            excuse: cam.signed.maximumMagnitude > 0 ? nil : "no evidence")
        }
        weights(cam, symbol, width: min(168, proposal.width - 3 * (large + gap)), height: large)
      }
      Panel(
        "The \(strongest.count) maps with the largest |\(symbol)|\(showsClass ? " for “\(className)”" : "")",
        caption:
          "above: the map, \(layerScale.limits) in all of the layer; beneath: weight × map, \(shareScale.limits) in these five"
      ) {
        Grid(columns: max(strongest.count, 1), spacing: 10) {
          for index in strongest {
            Panel("map \(index) · \(symbol) \(Numbers.significant(Double(cam.weights[index]), digits: 2))") {
              AttributionTile(map: values(index), scale: layerScale, side: small)
            }
          }
          for share in shares { AttributionTile(map: share, scale: shareScale, side: small) }
        }
      }
    }.layout(proposal)
  }

  /// All weights as bars, from the largest down.
  private func weights(_ cam: GradCAM, _ symbol: String, width: Double, height: Double) -> any Block {
    guard width >= 100 else { return Space() }
    let sorted = cam.weights.sorted(by: >).map(Double.init)
    return Panel("all \(sorted.count) weights \(symbol)", caption: "from the largest to the smallest") {
      Chart(x: Axis(isHidden: true), y: Axis(includesZero: true), width: width, height: height - 12) {
        BarMark(
          x: .values("rank", Array(sorted.indices)), y: .values(symbol, sorted),
          paints: sorted.map { $0 < 0 ? .real : .fake })
      }
    }
  }

  private func overlayCaption(_ largest: Float) -> String {
    map.hasEvidence
      ? "dark 0 … bright \(Numbers.significant(Double(largest), digits: 2)), its maximum; half over the picture"
      : "no evidence: nothing of the sum is above zero"
  }

  /// The map over the grey picture, each half.
  private func overlay(_ side: Double) -> any Block {
    guard map.hasEvidence, let picture = subject.example.picture else {
      return AttributionTile(
        map: map.map, scale: .sequential(limit: Double(map.map.maximumMagnitude)), side: side,
        excuse: map.hasEvidence ? nil : "no evidence")
    }
    return CAMOverlay(map: map.map, picture: picture, side: side)
  }
}

/// A map in its colours, half over a picture in greys.
struct CAMOverlay: Block {
  let map: Tensor
  let picture: (tiles: ImageTiles, scale: ColorScale)
  let side: Double

  func layout(_ proposal: Proposal) -> Fragment {
    let (height, width) = (map.shape[0], map.shape[1])
    let channels = picture.tiles.channels
    let numbers = picture.tiles.numbers(of: 0)
    // A picture with more pixels than there is room for loses rows and columns.
    let step = max(1, max(height, width) / max(Int(2 * side), 1))
    var raster = Raster(width: width / step, height: height / step)
    let largest = Double(max(map.maximumMagnitude, .leastNormalMagnitude))
    for y in 0..<raster.height {
      for x in 0..<raster.width {
        let place = y * step * width + x * step
        let levels = (0..<channels).map { Double(numbers[$0 * height * width + place]) }
        // Brightness to the eye of a coloured picture (Rec. 601).
        let level = channels == 3 ? 0.299 * levels[0] + 0.587 * levels[1] + 0.114 * levels[2] : levels[0]
        let isPixels = if case .pixels = picture.tiles.content { true } else { false }
        let grey = Color(grey: isPixels ? level : picture.scale.fraction(of: level))
        raster[x, y] = grey.mixed(
          with: ColorMap.viridis.color(at: Double(map.elements[place]) / largest), fraction: 0.5)
      }
    }
    let factor = side / Double(max(height, width))
    let rect = Rect(x: 0, y: 0, width: Double(width) * factor, height: Double(height) * factor)
    return Fragment(
      size: rect.size,
      elements: [
        .image(raster, in: rect), .rectangle(rect, fill: nil, stroke: .init(.frame, width: 0.5), radius: 0),
      ])
  }
}
