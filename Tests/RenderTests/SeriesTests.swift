import Render
import Testing

@Suite struct SeriesTests {
  @Test func theMovingAverageIsDebiased() {
    // s₁ = 0.1·2 / (1 − 0.9) = 2; s₂ = (0.9·0.2 + 0.1·4) / (1 − 0.81) = 0.58 / 0.19
    let smooth = Series.movingAverage([2, 4], beta: 0.9)
    #expect(abs(smooth[0] - 2) < 1e-12)
    #expect(abs(smooth[1] - 0.58 / 0.19) < 1e-12)
  }

  @Test func theMovingAverageOfAConstantIsThatConstant() {
    #expect(
      Series.movingAverage([Double](repeating: 3, count: 50), beta: 0.99).allSatisfy { abs($0 - 3) < 1e-9 })
  }

  @Test func theMovingAveragePassesOverWhatIsNoNumber() {
    let smooth = Series.movingAverage([1, .nan, 1], beta: 0.5)
    #expect(smooth[0] == 1)
    #expect(smooth[1].isNaN)
    #expect(abs(smooth[2] - 1) < 1e-12)
  }

  @Test func anEnvelopeKeepsASpikeOfOneSample() {
    let points = (0..<10_000).map { Point(Double($0) / 100, $0 == 7_777 ? 50 : Double($0 % 3)) }
    let thinned = Series.envelope(points, columnWidth: 1)
    #expect(thinned.count <= 204)
    #expect(thinned.contains(Point(77.77, 50)))
    #expect(thinned.first == points.first)
    #expect(thinned.last == points.last)
    #expect(zip(thinned, thinned.dropFirst()).allSatisfy { $0.x <= $1.x })
  }

  @Test func aShortLineIsNotThinned() {
    let points = (0..<20).map { Point(Double($0), 1) }
    #expect(Series.envelope(points, columnWidth: 1) == points)
  }

  @Test func aLineIsSmoothedBeforeItIsThinned() throws {
    // One spike of 100 in a thousand zeros, β = 0.5: smoothed first its peak is 50 (debiasing is done by then).
    var values = [Double](repeating: 0, count: 4000)
    values[3000] = 100
    let chart = Chart(y: Axis(domain: 0...100), height: 100) {
      LineMark(x: .values("step", Array(0..<4000)), y: .values("loss", values)).smoothed(0.5)
    }
    let fragment = chart.layout(Proposal(width: 240))
    let plot = try #require(fragment.plot)
    let peaks = Scene(size: fragment.size, elements: fragment.elements).flattened.compactMap {
      element -> Double? in
      guard case .path(let path, nil, let stroke?) = element, stroke.paint.kind != Paint.faint.kind else {
        return nil
      }
      return path.bounds?.minY
    }
    #expect(peaks.count == 2)
    #expect(abs(peaks[0] - plot.minY) < 1e-9)
    #expect(abs(peaks[1] - (plot.minY + 50)) < 1e-9)
  }
}
