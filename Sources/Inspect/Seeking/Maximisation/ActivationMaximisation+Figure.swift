internal import Core
public import Render

extension ActivationMaximisation {
  /// Paints the pictures and draws them beside the real ones and the composed kernel.
  /// - Parameter progress: is told the share of the steps that are done.
  /// - Throws: as `pictures(of:progress:)` does.
  public func figure(of specimen: Specimen, progress: (Double) -> Void = { _ in }) throws -> Figure {
    let target = try UnitTarget(layer, objective, of: specimen)
    let units = try chosenUnits(of: target, specimen)
    let head = try specimen.model.leading(to: target.node)
    let made = try pictures(of: specimen, target, units, progress)
    let real = try StrongestExamples(of: units, target, head: head, in: specimen)
    // Not every network has such a kernel; its column is then left out.
    let kernels = try? ExpandedKernels(of: units, target, head: head, in: specimen)
    let fields = try FieldPlaces(head.network)
    let isCompact = units.count > 12
    let scale = max(
      made.reached.elements.max() ?? 0, real?.highest.max() ?? 0, Float.leastNormalMagnitude)
    let cells = units.indices.map { index in
      MaximisedCell(
        name: made.names[index], reached: made.highest(index), real: real?.highest[index],
        limit: kernels?.limit(index), scale: scale, isCompact: isCompact,
        painted: painted(made, index),
        strongest: real.map { strongest($0.hits[index], target, fields, specimen) },
        kernel: kernels.map { kernel($0, index) })
    }
    let recipe = specimen.provenance.recipe(
      "maximise",
      entries: specimen.options + [
        layer.map { .init("layer", .string($0)) }, self.units.text.map { .init("units", .string($0)) },
        objective == .channel ? nil : .init("objective", .string(objective.rawValue)),
        steps == Self.usualSteps ? nil : .init("steps", .integer(steps)),
        starts == Self.usualStarts ? nil : .init("starts", .integer(starts)),
        seed == 0 ? nil : .init("seed", .integer(Int(clamping: seed))),
        usesTransforms ? nil : .init("no-transforms", .boolean(true)), .theme(theme),
      ])
    return Figure(
      target.names.isEmpty
        ? "What units of \(target.words(in: specimen.model.network).split(separator: " ")[0]) answer to most"
        : "What the classes answer to most",
      facts: facts(target, units, real, specimen), reading: reading(target, real, kernels),
      description: description(made, real, target), recipe: recipe,
      numbers: numbers(made, real, kernels, target),
      theme: theme
    ) {
      MaximisedWall(cells: cells, isCompact: isCompact, realCount: real?.count)
      if kernels != nil {
        ColorBar(
          .ownWeights(channels: kernels?.kernels.shape[1] ?? 1), title: "weight in the composed kernel")
      }
    }
  }

  private func facts(
    _ target: UnitTarget, _ units: [Int], _ real: StrongestExamples?, _ specimen: Specimen
  ) -> String {
    let kind = target.names.isEmpty ? target.isMaps ? "maps" : "units" : "classes"
    var facts = [target.words(in: specimen.model.network)]
    if specimen.name != "classifier" { facts.insert(specimen.name, at: 0) }
    if units.count == target.units {
      facts.append("all \(Numbers.grouped(units.count)) \(kind)")
    } else {
      facts.append(
        "\(Numbers.grouped(units.count)) of \(Numbers.grouped(target.units)) \(kind)"
          + (self.units == .usual ? ", drawn by seed \(seed)" : ""))
    }
    if target.isMaps {
      facts.append(
        objective == .channel
          ? "mean of the map" : "middle of the map, place \(target.height / 2), \(target.width / 2)")
    } else if !target.names.isEmpty {
      facts.append("score before the softmax")
    }
    if let moment = specimen.moment { facts.append(moment.facts) }
    facts.append("\(Numbers.grouped(steps)) steps of Adam 0.05 on the spectrum, seed \(seed)")
    if usesTransforms {
      let range = Wobble.Range(
        side: max(specimen.model.network.inputs[0].shape[1], specimen.model.network.inputs[0].shape[2]))
      let shift = Double(range.before + range.after) / 2
      facts.append(
        "each step shifted to ±\(Numbers.significant(shift)) pixels, scaled ±\(Wobble.Range.percent)\(Numbers.thinSpace)%, turned ±\(Wobble.Range.degrees)°"
      )
    } else {
      facts.append("not wobbled")
    }
    if let real {
      facts.append("real ones of \(Numbers.grouped(real.count)) pictures")
    } else {
      facts.append("no real pictures to compare with: give some with --data")
    }
    return facts.joined(separator: " · ")
  }

  private func reading(
    _ target: UnitTarget, _ real: StrongestExamples?, _ kernels: ExpandedKernels?
  ) -> String {
    var text =
      "The painted pictures began as noise and were changed until the unit answered as much as it can; what all \(starts) have in common is what it looks for. "
    if starts == 1 {
      text =
        "The painted picture began as noise and was changed until the unit answered as much as it can. "
    }
    if real != nil {
      text +=
        "Beside it stand the nine real pictures that excite it most\(target.isMaps ? ", cut to what the unit sees (grey: beyond the picture)" : ""): where the painted ones show nothing that these have, "
        + "trust the real ones. "
    }
    if kernels != nil {
      text += "The composed kernel is what it would weigh pixels with without ReLU. "
    }
    return String(text.dropLast())
  }

  private func description(
    _ made: MaximisedUnits, _ real: StrongestExamples?, _ target: UnitTarget
  ) -> String {
    let parts = made.units.indices.map { index in
      var text = "\(made.names[index]) reaches \(Numbers.significant(Double(made.highest(index))))"
      if let real { text += ", on real pictures at most \(Numbers.significant(Double(real.highest[index])))" }
      return text
    }
    return
      "Pictures painted for \(made.units.count) units of \(made.layer), \(made.starts) each. "
      + parts.joined(separator: "; ") + "."
  }

  private func numbers(
    _ made: MaximisedUnits, _ real: StrongestExamples?, _ kernels: ExpandedKernels?, _ target: UnitTarget
  ) -> [(name: String, table: NumberTable)] {
    var rows: [[String]] = []
    for (index, unit) in made.units.enumerated() {
      for start in 0..<made.starts {
        rows.append([
          String(unit), String(start), "\(made.reached.elements[index * made.starts + start])",
          real.map { "\($0.highest[index])" } ?? "", kernels.map { "\($0.limit(index))" } ?? "",
        ])
      }
    }
    var tables = [
      (
        name: "units",
        table: NumberTable(
          columns: ["unit", "start", "reached", "most on a real picture", "largest kernel weight"], rows: rows
        )
      )
    ]
    if let real {
      tables.append(
        (
          name: "strongest",
          table: NumberTable(
            columns: ["unit", "rank", "picture", "value", "row", "column"],
            rows: zip(made.units, real.hits).flatMap { unit, hits in
              hits.enumerated().map { rank, hit in
                [
                  String(unit), String(rank + 1), String(hit.picture), "\(hit.value)",
                  String(hit.place / target.width), String(hit.place % target.width),
                ]
              }
            })
        ))
    }
    return tables
  }

  // MARK: Tiles

  private func painted(_ made: MaximisedUnits, _ index: Int) -> ImageTiles {
    let shape = made.pictures.shape
    let tiles = ImageTiles(
      numbers: made.pictures[index].elements, count: shape[1], channels: shape[2], height: shape[3],
      width: shape[4])
    return tiles.selected(made.ranking(index))
  }

  /// What the unit saw where it answered most; grey beyond the picture.
  private func strongest(
    _ hits: [UnitResponses.Answer], _ target: UnitTarget, _ fields: FieldPlaces, _ specimen: Specimen
  ) -> ImageTiles {
    let probe = specimen.probe!
    let (channels, height, width) = (
      probe.pictureShape[1], probe.pictureShape[2], probe.pictureShape[3]
    )
    var numbers: [Float] = []
    var extent = (height: height, width: width)
    for hit in hits {
      let field = fields.field(
        of: target.node, row: hit.place / target.width, column: hit.place % target.width)
      // A field that is larger than the picture shows nothing but the picture.
      let rows = field.rows.count > height ? 0..<height : field.rows
      let columns = field.columns.count > width ? 0..<width : field.columns
      extent = (rows.count, columns.count)
      for channel in 0..<channels {
        for y in rows {
          for x in columns {
            let isInside = (0..<height).contains(y) && (0..<width).contains(x)
            numbers.append(
              isInside
                ? Float(probe.pictures[((hit.picture * channels + channel) * height + y) * width + x]) / 255
                : 0.5)
          }
        }
      }
    }
    return ImageTiles(
      numbers: numbers, count: hits.count, channels: channels, height: extent.height, width: extent.width)
  }

  private func kernel(_ kernels: ExpandedKernels, _ index: Int) -> ImageTiles {
    kernels.kernels[index].pictureTile
  }
}
