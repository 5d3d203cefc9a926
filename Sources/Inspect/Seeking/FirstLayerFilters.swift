internal import Core
public import Render

/// The filters of a layer that reads (or paints) pictures: one tile each, all on one scale; beside them, on the same scale,
/// what they were before.
///
/// Filters with three channels are shown in colour: 0.5 + w / (2m) for the limit ±m.
public struct FirstLayerFilters: Hashable, Sendable {
  /// The layer's name; nil for the first that has filters.
  public var layer: String?
  /// The colours' theme.
  public var theme: Theme

  /// Filters of a layer.
  public init(layer: String? = nil, theme: Theme = .light) {
    self.layer = layer
    self.theme = theme
  }

  /// Draws the filters.
  /// - Parameter earlier: the same network earlier in its training, at step 0 as a rule.
  /// - Throws: `InspectError` listing the layers with filters if this one has none; if its filters do not each fit one tile;
  ///   if the two networks differ.
  public func figure(of specimen: Specimen, since earlier: Specimen? = nil) throws -> Figure {
    let bank = try FilterBank(layer: layer, of: specimen)
    guard bank.isGallery else {
      throw InspectError(
        .notApplicable, "\(specimen.name)/\(bank.node)",
        "its filters read \(bank.inputs) channels, which no tile can show; they are drawn as a matrix of kernels"
      )
    }
    let before = try earlier.map { try FilterBank(layer: bank.node, of: $0) }
    if let before, before.elements.count != bank.elements.count || before.extent != bank.extent {
      throw InspectError(
        .input, "\(specimen.name)/\(bank.node)",
        "\(earlier!.name) has filters of another shape; compare a network with itself")
    }
    let gallery = bank.gallery
    let isColour = gallery[0].count == 3
    var scale = ColorScale.diverging(
      of: bank.elements + (before?.elements ?? []), map: isColour ? .grey : .purpleOrange, mode: .layer,
      symbol: "w")
    scale.mode = .layer
    let changes = before.map { before in gallery.map { cosine(bank.weights($0), before.weights($0)) } }

    var facts = [bank.node, "\(Numbers.grouped(gallery.count)) filters of \(bank.extent)"]
    if let moment = specimen.moment { facts.append(moment.facts) }
    facts.append("one scale for \(before == nil ? "the layer" : "both")")
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    let provenance = earlier.map { specimen.provenance.adding($0.provenance.dataHash) } ?? specimen.provenance
    let recipe = provenance.recipe(
      "filters",
      entries: specimen.options + [
        .init("layer", .string(bank.node)),
        earlier?.moment.map { .init("since", .integer($0.step)) }, .theme(theme),
      ])
    func grid(_ bank: FilterBank) -> ImageGrid {
      ImageGrid(
        bank.tiles(gallery, isColour: isColour), scale: scale, labels: .index,
        hairlines: true, aspect: before == nil ? 2.4 : 2)
    }
    return Figure(
      bank.paintsPictures
        ? "What \(bank.node) paints with"
        : "What \(bank.readsInput ? "the first layer" : bank.node) looks for",
      facts: facts.joined(separator: " · "),
      reading: reading(bank, isColour: isColour, compares: before != nil),
      description: description(bank, gallery, changes), recipe: recipe,
      numbers: numbers(bank, gallery, changes), theme: theme
    ) {
      if let before, let earlier {
        HStack {
          Panel(
            earlier.moment.map { $0.step == 0 ? "before training" : "step \(Numbers.grouped($0.step))" }
              ?? "before"
          ) {
            grid(before)
          }
          Panel(specimen.moment.map { "step \(Numbers.grouped($0.step))" } ?? "after") { grid(bank) }
        }
      } else {
        grid(bank)
      }
      ColorBar(scale, title: isColour ? "brightness of red, green and blue" : "weight")
    }
  }

  private func reading(_ bank: FilterBank, isColour: Bool, compares: Bool) -> String {
    var text: String
    if bank.paintsPictures {
      text =
        "Each tile is what one map adds to the picture wherever it is active: orange is paint, purple takes it away."
    } else if isColour {
      text =
        "Each tile is one filter that slides over the picture; it answers where the picture's colours differ from grey as the tile's do."
    } else {
      text =
        "Each tile is one filter, a pattern of \(bank.extent) weights that slides over the picture: it answers where orange lies on light and purple on dark, so orange beside purple finds an edge."
    }
    if compares { text += " At the left the random start, at the right what training made of it." }
    return text
  }

  private func description(_ bank: FilterBank, _ gallery: [[FilterBank.Place]], _ changes: [Double]?)
    -> String
  {
    let norms = gallery.map { norm(bank.weights($0)) }
    let order = norms.indices.sorted { norms[$0] > norms[$1] }
    var text =
      "\(gallery.count) filters of \(bank.extent) weights between \(Numbers.significant(Double(bank.elements.min() ?? 0))) and "
      + "\(Numbers.significant(Double(bank.elements.max() ?? 0))). Filter \(order[0]) is the strongest (norm \(Numbers.significant(norms[order[0]]))), "
      + "filter \(order[order.count - 1]) the weakest (\(Numbers.significant(norms[order[order.count - 1]])))."
    if let changes, let most = changes.indices.min(by: { changes[$0] < changes[$1] }) {
      text +=
        " Filter \(most) turned the most since: its cosine to what it was is \(Numbers.fixed(changes[most], decimals: 2))."
    }
    return text
  }

  private func numbers(
    _ bank: FilterBank, _ gallery: [[FilterBank.Place]], _ changes: [Double]?
  ) -> [(name: String, table: NumberTable)] {
    let filters = NumberTable(
      columns: ["filter", "norm"] + (changes == nil ? [] : ["cosine to before"]),
      numbers: gallery.indices.map { index in
        [Double(index), norm(bank.weights(gallery[index]))] + (changes.map { [$0[index]] } ?? [])
      })
    return [("filters", filters), ("weights", bank.table(gallery.flatMap { $0 }))]
  }
}

extension FilterBank {
  /// The weights of kernels, one after the other.
  fileprivate func weights(_ places: [Place]) -> [Float] { places.flatMap { kernel($0) } }

  /// Filters as tiles of one or three channels.
  fileprivate func tiles(_ gallery: [[Place]], isColour: Bool) -> ImageTiles {
    ImageTiles(
      numbers: gallery.flatMap { weights($0) }, count: gallery.count, channels: isColour ? 3 : 1,
      height: height,
      width: width)
  }
}

private func norm(_ values: [Float]) -> Double {
  values.reduce(0) { $0 + Double($1) * Double($1) }.squareRoot()
}

/// How alike two directions are: 1 the same, 0 at right angles; 0 where one has no direction.
private func cosine(_ first: [Float], _ second: [Float]) -> Double {
  let lengths = norm(first) * norm(second)
  return lengths > 0 ? zip(first, second).reduce(0) { $0 + Double($1.0) * Double($1.1) } / lengths : 0
}
