internal import Core
public import Render

/// The filters of a deeper layer, one coloured tile each: what its kernels are in terms of three groups of the maps
/// that it reads.
///
/// `relu(W)` and `relu(−W)` stand side by side along the input axis; a non-negative factorisation of that matrix, a row for
/// every tap of every filter, leaves three numbers of each row: red, green and blue.
/// - Source: Voss et al. 2021, "Visualizing weights", Distill, doi 10.23915/distill.00024.007 (one-sided NMF).
public struct FilterFactors: Hashable, Sendable {
  /// The layer's name; nil for the first that reads enough maps.
  public var layer: String?
  /// The colours' theme.
  public var theme: Theme

  /// Filters of a layer.
  public init(layer: String? = nil, theme: Theme = .light) {
    self.layer = layer
    self.theme = theme
  }

  /// Draws the filters.
  /// - Throws: `InspectError` if the layer's filters each fit one tile anyway, or read separate groups of maps; listing the
  ///   layers with filters if this one has none.
  public func figure(of specimen: Specimen) throws -> Figure {
    let bank = try bank(of: specimen)
    let found = NonNegativeFactors(of: bank.signedTaps, columns: 2 * bank.inputs, count: Self.colours.count)
    let source = specimen.sourceName(of: bank.node)
    let shares = found.loadings.map { $0.map(Float.init) }
    var scale = ColorScale.sequential(of: shares.joined(), map: .grey, mode: .layer, symbol: "share")
    scale.mode = .layer
    let columns = bank.tileColumns

    var facts = [
      bank.node,
      "\(Numbers.grouped(bank.outputs)) filters × \(Numbers.grouped(bank.inputs)) channels of \(bank.extent)",
      "three groups hold \(Numbers.percent(found.explained, decimals: 0)) of the energy Σw²",
    ]
    if let moment = specimen.moment { facts.append(moment.facts) }
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    let recipe = specimen.provenance.recipe(
      "filters",
      entries: specimen.options + [
        .init("layer", .string(bank.node)), .init("nmf", .boolean(true)),
        .theme(theme),
      ])
    return Figure(
      "Which maps of \(source) \(bank.node) weighs together", facts: facts.joined(separator: " · "),
      reading:
        "Each tile is one filter, each square one place in its window. What the filter weighs there of the maps of \(source) is put "
        + "together from three groups of maps, shown below: bars up excite, bars down inhibit. The more of a group, the brighter "
        + "its colour; black is little of any. The colours are this figure’s own: another layer or step has other groups.",
      description: description(bank, found), recipe: recipe,
      numbers: [("taps", taps(bank, found)), ("maps", maps(bank, found))], theme: theme
    ) {
      ImageGrid(
        bank.factorTiles(shares, channels: 3), scale: scale, columns: columns, labels: .index, hairlines: true
      )
      ColorBar(scale, title: "brightness of red, green and blue")
      HStack {
        for (index, colour) in Self.colours.enumerated() {
          Panel {
            Legend([.init("\(colour.name): maps of \(source)", paint: .color(colour.color))])
            FactorBars(
              excited: Array(found.factors[index].prefix(bank.inputs)),
              inhibited: Array(found.factors[index].suffix(bank.inputs)), largest: found.largestFactor)
            TextBlock(
              found.words(of: index).joined(separator: "\n"), style: .label, paint: .secondary)
            TextBlock("\(colour.name) alone, in every tile", style: .label, paint: .secondary)
            ImageGrid(
              bank.factorTiles([shares[index]], channels: 1), scale: scale, columns: columns, gap: 2,
              hairlines: true)
          }
        }
      }
    }
  }

  /// What stands for the three groups, the largest first.
  private static let colours: [(name: String, color: Color)] = [
    ("red", Color(0xFF0000)), ("green", Color(0x00FF00)), ("blue", Color(0x0000FF)),
  ]

  private func bank(of specimen: Specimen) throws -> FilterBank {
    let suitable = layer == nil ? FilterBank.all(of: specimen.model).first(where: \.canBeFactored) : nil
    let bank = try suitable ?? FilterBank(layer: layer, of: specimen)
    let subject = "\(specimen.name)/\(bank.node)"
    if bank.isGallery {
      throw InspectError(
        .notApplicable, subject,
        "each of its filters fits one tile, nothing is to be grouped; leave out --nmf")
    }
    guard bank.elements.allSatisfy(\.isFinite) else {
      throw InspectError(
        .notApplicable, subject,
        "some of its weights are no numbers; leave out --nmf, or look at an earlier --step")
    }
    guard bank.canBeFactored else {
      throw InspectError(
        .notApplicable, subject,
        bank.groups > 1
          ? "its filters read \(bank.groups) separate groups of maps, which have no factors in common; leave out --nmf"
          : "its filters read \(bank.inputs) channels, too few to be grouped; leave out --nmf")
    }
    return bank
  }

  private func description(_ bank: FilterBank, _ found: NonNegativeFactors) -> String {
    let strongest = Self.colours.indices.map { index in
      let energies = bank.energies(found.loadings[index])
      let filter = energies.indices.max { energies[$0] < energies[$1] } ?? 0
      return
        "\(Self.colours[index].name), strongest in filter \(filter): \(found.words(of: index).joined(separator: ", "))."
    }
    return
      "\(bank.outputs) filters of \(bank.extent) over \(bank.inputs) maps, factored into three groups of maps that hold "
      + "\(Numbers.percent(found.explained, decimals: 0)) of the energy. "
      + strongest.map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
  }

  private func taps(_ bank: FilterBank, _ found: NonNegativeFactors) -> NumberTable {
    let size = bank.height * bank.width
    return NumberTable(
      columns: ["filter", "row", "column"] + Self.colours.map(\.name),
      numbers: (0..<bank.outputs * size).map { tap in
        [tap / size, tap % size / bank.width, tap % bank.width].map(Double.init)
          + found.loadings.map { $0[tap] }
      })
  }

  private func maps(_ bank: FilterBank, _ found: NonNegativeFactors) -> NumberTable {
    NumberTable(
      columns: ["map"] + Self.colours.flatMap { ["\($0.name) excited", "\($0.name) inhibited"] },
      numbers: (0..<bank.inputs).map { map in
        [Double(map)] + found.factors.flatMap { [$0[map], $0[bank.inputs + map]] }
      })
  }
}

extension FilterBank {
  /// True if the filters read at least two maps, the same maps all of them, and are no pictures.
  fileprivate var canBeFactored: Bool { !isGallery && groups == 1 && inputs > 1 }

  /// A row for every weight's place in every filter, `[outputs · height · width, 2 · inputs]`: its weights of all inputs,
  /// those above zero in the first half, those below, turned around, in the second.
  package var signedTaps: [Double] {
    let size = height * width
    var taps = [Double](repeating: 0, count: outputs * size * 2 * inputs)
    for output in 0..<outputs {
      for input in 0..<inputs {
        for (place, weight) in kernel(.init(output: output, input: input)).enumerated() {
          let row = (output * size + place) * 2 * inputs
          taps[row + (weight < 0 ? inputs : 0) + input] = Double(weight.magnitude)
        }
      }
    }
    return taps
  }

  /// Numbers for every tap, by channel, as tiles.
  fileprivate func factorTiles(_ numbers: [[Float]], channels: Int) -> ImageTiles {
    let size = height * width
    return ImageTiles(
      numbers: (0..<outputs).flatMap { output in
        numbers.flatMap { $0[output * size..<(output + 1) * size] }
      }, count: outputs, channels: channels, height: height, width: width)
  }

  /// Σ² of the numbers of each filter's taps.
  fileprivate func energies(_ numbers: [Double]) -> [Double] {
    let size = height * width
    return (0..<outputs).map { output in
      numbers[output * size..<(output + 1) * size].reduce(0) { $0 + $1 * $1 }
    }
  }

  /// Tiles side by side: about as wide as the figure.
  fileprivate var tileColumns: Int {
    min(outputs, Int((Double(outputs * height) * 3.8 / Double(width)).squareRoot().rounded(.up)))
  }
}

extension NonNegativeFactors {
  /// The largest part of any map in any factor.
  fileprivate var largestFactor: Double { factors.joined().max() ?? 0 }

  /// Which maps a factor stands for: the three that have the largest part, of either sign.
  fileprivate func words(of index: Int) -> [String] {
    let row = factors[index]
    let maps = row.count / 2
    func strongest(_ part: Range<Int>) -> String {
      let places = part.filter { row[$0] > 0.1 * largestFactor }.sorted { (row[$0], $1) > (row[$1], $0) }
      return places.prefix(3).map { String($0 - part.lowerBound) }.joined(separator: ", ")
    }
    let (excited, inhibited) = (strongest(0..<maps), strongest(maps..<2 * maps))
    return [
      "excited most by \(excited.isEmpty ? "none" : excited)",
      "inhibited most by \(inhibited.isEmpty ? "none" : inhibited)",
    ]
  }
}

/// A factor's part of every map: orange bars upwards where the map excites, purple ones downwards where it inhibits.
private struct FactorBars: Block {
  let excited: [Double]
  let inhibited: [Double]
  /// The value of a bar of full height.
  let largest: Double

  private let reach = 30.0

  func layout(_ proposal: Proposal) -> Fragment {
    let style = TextStyle.label
    let width = proposal.width
    let pitch = width / Double(max(excited.count, 1))
    let thickness = pitch > 3 ? pitch - 1 : pitch * 0.8
    var result = Fragment(size: Size(width, 2 * reach + style.lineHeight))
    func bars(_ values: [Double], _ paint: Paint, isUp: Bool) {
      for (index, value) in values.enumerated() where value > 0 && largest > 0 {
        let height = reach * value / largest
        let bar = Rect(
          x: (Double(index) + 0.5) * pitch - thickness / 2, y: isUp ? reach - height : reach,
          width: thickness,
          height: height)
        result.elements.append(.rectangle(bar, fill: paint, stroke: nil, radius: 0))
      }
    }
    bars(excited, .color(ColorMap.purpleOrange.color(at: 0.8)), isUp: true)
    bars(inhibited, .color(ColorMap.purpleOrange.color(at: 0.2)), isUp: false)
    result.elements.append(
      .line(from: Point(0, reach), to: Point(width, reach), stroke: .init(.secondary, width: 0.5)))
    let note = Scene.Text(
      "map, full bar \(Numbers.significant(largest, digits: 2))",
      at: Point(width / 2, 2 * reach + style.ascent + 2), style: style, paint: .secondary, anchor: .middle)
    result.elements.append(.text(note))
    for map in [0, excited.count - 1] {
      result.elements.append(
        .text(
          Scene.Text(
            "\(map)", at: Point(map == 0 ? 0 : width, 2 * reach + style.ascent + 2), style: style,
            paint: .secondary,
            anchor: map == 0 ? .start : .end)))
    }
    return result
  }
}
