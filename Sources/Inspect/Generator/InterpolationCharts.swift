internal import Core
internal import Render

/// The charts under the pictures of an interpolation, their places of t under the pictures' middles.
struct InterpolationCharts {
  let walks: [LatentWalk]
  let shell: LatentShell

  var charts: [Chart] {
    [norms, stepLengths] + (walks.allSatisfy(\.verdicts.isEmpty) ? [] : [verdicts])
  }

  private func paint(_ walk: LatentWalk) -> Paint {
    walk.interpolation == .slerp ? .ink : .class(4)
  }

  private func dash(_ walk: LatentWalk) -> [Double] { walk.interpolation == .slerp ? [] : [6, 2.5] }

  private var axis: Axis { Axis(isHidden: true) }

  private var norms: Chart {
    let all = walks.flatMap(\.norms) + [shell.usual.lowerBound, shell.usual.upperBound]
    let air = 0.06 * (all.max()! - all.min()!)
    let (low, high) = (max(0, all.min()! - air), all.max()! + air)
    return Chart(
      x: axis,
      y: Axis("‖z‖, length of the latent", domain: low...high, ticks: Ticks.linear(low, high, about: 4)),
      height: 72
    ) {
      RectangleMark(y: shell.usual, label: band).color(.fake).opacity(0.14)
      for walk in walks {
        LineMark(x: .values("t", walk.places), y: .values("‖z‖", walk.norms), series: walk.name)
          .color(paint(walk)).dash(dash(walk)).symbol(.circle)
      }
    }
  }

  private var band: String {
    "95\(Numbers.thinSpace)% of random latents: \(Numbers.fixed(shell.mean, decimals: 2)) ± "
      + Numbers.fixed(2 * shell.deviation, decimals: 2)
  }

  private var stepLengths: Chart {
    let longest = walks.flatMap(\.stepLengths).max() ?? 0
    let top = longest > 0 ? longest * 1.15 : 1
    return Chart(
      x: axis,
      y: Axis(
        "‖Δx‖, change from picture to picture", domain: 0...top, ticks: Ticks.linear(0, top, about: 3)),
      height: 72
    ) {
      for walk in walks {
        LineMark(
          x: .values("t", walk.midpoints), y: .values("‖Δx‖", walk.stepLengths), series: walk.name
        )
        .color(paint(walk)).dash(dash(walk)).symbol(.circle)
      }
    }
  }

  private var verdicts: Chart {
    Chart(x: axis, y: Axis("D(G(z)), how real D finds it", domain: 0...1, ticks: [0, 0.5, 1]), height: 72) {
      RuleMark(y: 0.5)
      for walk in walks {
        LineMark(x: .values("t", walk.places), y: .values("D(G(z))", walk.verdicts), series: walk.name)
          .color(paint(walk)).dash(dash(walk)).symbol(.circle)
      }
    }
  }
}

/// The words around an interpolation, written from its numbers.
struct InterpolationNotes {
  /// The angle between the ends, in degrees.
  let angle: String
  /// How to read the figure.
  let reading: String
  /// What is unusual about these two latents; empty if nothing is.
  let caution: String
  /// The figure in words.
  let description: String

  init(
    _ options: LatentInterpolation, _ walks: [LatentWalk], _ shell: LatentShell, _ start: Tensor,
    _ end: Tensor
  ) {
    let radians = Interpolation.angle(between: start, end)
    angle = "angle \(Numbers.fixed(radians * 180 / .pi, decimals: 1))°"
    let isConstant = start == end
    var cautions: [String] = []
    let isCollinear = Interpolation.areCollinear(start, end)
    if isCollinear, !isConstant, options.path != .lerp {
      cautions.append(
        "The two latents lie on one line through the origin, which no single circle joins: slerp is drawn as the "
          + "straight line.")
    }
    if options.prior == .uniform {
      let strayed = walks.first { $0.interpolation == .slerp }?.strayed.count ?? 0
      if strayed > 0 {
        cautions.append(
          "The great circle leaves the cube in which this prior lives: \(strayed) of its \(options.steps) latents have a "
            + "number beyond \(Numbers.minus)1 … 1, which training never drew.")
      }
    }
    caution = cautions.joined(separator: " ")
    let strays = walks.first { $0.interpolation == .lerp }?.norms.contains { !shell.usual.contains($0) }
    let line =
      strays == true
      ? "The straight line (lerp) cuts through the inside of the shaded shell, where training hardly ever drew a latent"
      : "Between these two even the straight line (lerp) keeps to the shaded shell where training drew its latents"
    let way =
      switch options.path {
      case .both: line + "; the great circle (slerp) keeps the length of its ends."
      case .slerp: "The great circle (slerp) keeps to the shaded shell where training drew its latents."
      case .lerp: line + "."
      }
    let same = "Both ends are the same latent: there is no way between them, and every picture is the same."
    reading =
      isConstant
      ? same + " Give two seeds to see a way."
      : "The framed ends were given, all between was made. \(way) A peak of ‖Δx‖ is a jump from one kind of picture to "
        + "another."
    var words =
      "Pictures of \(options.steps) latents from \(options.from.label) to \(options.to.label). "
    words += walks.map { walk in
      var text =
        "Along \(walk.name) the latent's length lies from \(Numbers.fixed(walk.norms.min()!, decimals: 2)) to "
        + "\(Numbers.fixed(walk.norms.max()!, decimals: 2))"
      if let longest = walk.stepLengths.indices.max(by: { walk.stepLengths[$0] < walk.stepLengths[$1] }) {
        text +=
          ", and the largest change between neighbours, \(Numbers.significant(walk.stepLengths[longest])), is at t = "
          + Numbers.significant(walk.midpoints[longest])
      }
      if !walk.said.isEmpty {
        text += "; the judge reads " + walk.said.changes.filter { !$0.isEmpty }.joined(separator: ", then ")
      }
      return text + "."
    }.joined(separator: " ")
    description = [words, caution, isConstant ? same : ""].filter { !$0.isEmpty }.joined(separator: " ")
  }
}
