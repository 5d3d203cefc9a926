internal import Render

/// Points in the plane, a colour and a shape for each class, the classes' names where most of their points are, and rings
/// around those that the network names wrongly. Both axes have one scale.
struct ScatterPlot: Block {
  /// x and y of each point in turn.
  let places: [Double]
  /// The class of each point; empty where none is known.
  let labels: [Int]
  let classNames: [String]
  /// Points with a ring.
  let ringed: [Int]
  /// What is shown: as far from the middle, each way.
  let reach: Double
  /// The middle of what is shown.
  let middle: SIMD2<Double>

  /// Points, and how far around their middle is shown; as far as they reach if nil.
  init(_ embedding: PictureEmbedding, reach: Double? = nil) {
    places = embedding.places
    labels = embedding.labels
    classNames = embedding.classNames
    // Where many are wrong, rings would hide the points.
    ringed = embedding.mistakes.count <= embedding.count / 10 ? embedding.mistakes : []
    let own = ScatterPlot.extent(of: places)
    middle = own.middle
    self.reach = reach ?? own.reach
  }

  /// The middle of the points' bounding box, and half its longer side.
  static func extent(of places: [Double]) -> (middle: SIMD2<Double>, reach: Double) {
    guard places.count >= 2 else { return (.zero, 1) }
    var (low, high) = (SIMD2(places[0], places[1]), SIMD2(places[0], places[1]))
    for index in stride(from: 0, to: places.count, by: 2) {
      let place = SIMD2(places[index], places[index + 1])
      low = pointwiseMin(low, place)
      high = pointwiseMax(high, place)
    }
    let reach = (high - low).max() / 2
    return ((low + high) / 2, reach > 0 ? reach : 1)
  }

  func layout(_ proposal: Proposal) -> Fragment {
    let side = min(proposal.width, 420).rounded(.down)
    let radius = places.count / 2 > 2000 ? 1.1 : side < 240 ? 1.1 : 1.6
    let room = side / 2 - radius - 4
    func point(_ index: Int) -> Point {
      Point(
        side / 2 + (places[2 * index] - middle.x) / reach * room,
        side / 2 - (places[2 * index + 1] - middle.y) / reach * room)
    }
    var result = Fragment(size: Size(side, side), plot: Rect(x: 0, y: 0, width: side, height: side))
    let count = places.count / 2
    let classes = Set(labels).sorted()
    if classes.isEmpty {
      result.elements.append(
        marks((0..<count).map(point), class: 0, radius: radius, paint: .ink.opacity(0.6)))
    }
    for known in classes {
      let members = (0..<count).filter { labels[$0] == known }.map(point)
      result.elements.append(
        marks(members, class: known, radius: radius, paint: Paint.class(known).opacity(0.8)))
    }
    if !ringed.isEmpty {
      var rings = Path()
      for index in ringed { rings.pieces += Path.circle(center: point(index), radius: radius + 1.6).pieces }
      result.elements.append(.path(rings, fill: nil, stroke: .init(.ink, width: 0.75)))
    }
    // In a cloud that is smaller than they are, names would hide all.
    let own = ScatterPlot.extent(of: places).reach / reach * room
    if classes.count <= 30, own > 36 { result.elements += names(classes, side: side, point) }
    return result
  }

  /// The points of a class as one path, so that a vector file of thousands stays small. Five shapes, full and hollow.
  private func marks(_ points: [Point], class known: Int, radius r: Double, paint: Paint) -> Scene.Element {
    var path = Path()
    for place in points {
      let (x, y) = (place.x, place.y)
      let corners: [Point] =
        switch known % 5 {
        case 0: [Point(x - r, y - r), Point(x + r, y - r), Point(x + r, y + r), Point(x - r, y + r)]
        case 1: [Point(x, y - 1.3 * r), Point(x + 1.2 * r, y + r), Point(x - 1.2 * r, y + r)]
        case 2:
          [Point(x, y - 1.4 * r), Point(x + 1.4 * r, y), Point(x, y + 1.4 * r), Point(x - 1.4 * r, y)]
        case 3: [Point(x, y + 1.3 * r), Point(x + 1.2 * r, y - r), Point(x - 1.2 * r, y - r)]
        default:
          [
            Point(x - 1.5 * r, y - 0.6 * r), Point(x + 1.5 * r, y - 0.6 * r), Point(x + 1.5 * r, y + 0.6 * r),
            Point(x - 1.5 * r, y + 0.6 * r),
          ]
        }
      path.pieces += Path(corners, closed: true).pieces
    }
    let isHollow = known / 5 % 2 == 1
    return .path(path, fill: isHollow ? nil : paint, stroke: isHollow ? .init(paint, width: 0.8) : nil)
  }

  /// The classes' names at the medians of their points, moved apart where they would cover each other.
  private func names(_ classes: [Int], side: Double, _ point: (Int) -> Point) -> [Scene.Element] {
    let isShort = classNames.allSatisfy { $0.count <= 3 }
    let style = isShort ? TextStyle.heading : .label
    var taken: [Rect] = []
    return classes.compactMap { known in
      let members = labels.indices.filter { labels[$0] == known }.map(point)
      guard !members.isEmpty else { return nil }
      let x = members.map(\.x).sorted()[members.count / 2]
      let y = members.map(\.y).sorted()[members.count / 2]
      let name = classNames.indices.contains(known) ? classNames[known] : String(known)
      let size = Size(style.width(of: name), style.capHeight)
      func rect(_ shift: Point) -> Rect {
        let left = min(max(x + shift.x - size.width / 2, 0), side - size.width)
        let top = min(max(y + shift.y - size.height / 2, 2), side - size.height - 2)
        return Rect(x: left, y: top, width: size.width, height: size.height)
      }
      let shifts =
        [Point(0, 0)]
        + (1...6).flatMap { ring -> [Point] in
          let far = Double(ring) * (size.height * 0.7)
          return [
            Point(0, -far), Point(0, far), Point(-far, 0), Point(far, 0), Point(far, far), Point(-far, -far),
          ]
        }
      let place =
        shifts.map(rect).first { candidate in
          !taken.contains {
            $0.minX < candidate.maxX + 2 && candidate.minX < $0.maxX + 2
              && $0.minY < candidate.maxY + 2 && candidate.minY < $0.maxY + 2
          }
        } ?? rect(.zero)
      taken.append(place)
      return .text(
        Scene.Text(
          name, at: Point(place.midX, place.maxY), style: style, paint: .ink, anchor: .middle, hasHalo: true))
    }
  }
}
