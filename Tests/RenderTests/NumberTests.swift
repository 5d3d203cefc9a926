import Render
import Testing

@Suite struct NumberTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let written: String
    let expected: String
    var testDescription: String { expected }

    init(_ written: String, _ expected: String) {
      self.written = written
      self.expected = expected
    }
  }

  @Test(arguments: [
    Case(Numbers.grouped(4680), "4,680"), Case(Numbers.grouped(-1_234_567), "−1,234,567"),
    Case(Numbers.grouped(0), "0"),
    Case(Numbers.fixed(-1234.5, decimals: 2), "−1,234.50"), Case(Numbers.fixed(0.05, decimals: 1), "0.1"),
    Case(Numbers.fixed(-0.001, decimals: 1), "0.0"), Case(Numbers.fixed(.nan, decimals: 1), "NaN"),
    Case(Numbers.significant(0.31234), "0.312"), Case(Numbers.significant(12.5), "12.5"),
    Case(Numbers.significant(1e-5), "10⁻⁵"), Case(Numbers.significant(-1.25e-7), "−1.25×10⁻⁷"),
    Case(Numbers.significant(0.0009996), "0.001"), Case(Numbers.significant(4680, digits: 4), "4,680"),
    Case(Numbers.significant(.infinity), "∞"), Case(Numbers.short(1_199_882), "1.2M"),
    Case(Numbers.short(999_960), "1M"), Case(Numbers.short(12_300), "12.3k"), Case(Numbers.short(950), "950"),
    Case(Numbers.shape([64, 14, 14]), "64 × 14 × 14"), Case(Numbers.percent(0.9871), "98.7\u{202F}%"),
  ])
  func numbersAreWrittenAsTypographyWantsThem(of item: Case) { #expect(item.written == item.expected) }

  @Test func linearTicksAreRoundNumbers() {
    #expect(Ticks.linear(0, 1, about: 5) == [0, 0.2, 0.4, 0.6, 0.8, 1])
    #expect(Ticks.linear(0, 4680, about: 5) == [0, 1000, 2000, 3000, 4000])
    #expect(Ticks.linear(-0.31, 0.31, about: 4) == [-0.2, 0, 0.2])
    #expect(Ticks.labels([0, 0.25, 0.5]) == ["0.00", "0.25", "0.50"])
    #expect(Ticks.labels([0, 1000, 2000]) == ["0", "1,000", "2,000"])
  }

  @Test func logarithmicTicksArePowersOfTen() {
    #expect(Ticks.logarithmic(0.001, 1, about: 5) == [0.001, 0.01, 0.1, 1])
    #expect(Ticks.logarithmic(0.07, 2.3, about: 5) == [0.1, 0.2, 0.5, 1, 2])
    #expect(Ticks.logarithmic(1e-12, 1, about: 4).count <= 5)
    #expect(Ticks.logarithmic(0, 1, about: 4).isEmpty)
  }

  @Test func anAxisOfNoExtentHasOneTick() {
    #expect(Ticks.linear(3, 3, about: 5) == [3])
    #expect(Ticks.linear(.nan, 1, about: 5).isEmpty)
  }

  @Test func aLogarithmicScaleIsLogarithmicAllTheWay() {
    let scale = PlotScale(.logarithmic, 0.001, 1, length: 300)
    #expect(abs(scale.place(0.01) - 100) < 1e-9)
    #expect(abs(scale.place(0.1) - 200) < 1e-9)
    #expect(scale.place(0).isNaN)
    #expect(scale.place(-1).isNaN)
  }

  @Test func tablesQuoteWhatWouldBreakThem() {
    let table = NumberTable(columns: ["name", "p"], rows: [["a,b", "say \"7\""]])
    #expect(table.csv == "name,p\n\"a,b\",\"say \"\"7\"\"\"\n")
    #expect(NumberTable(columns: ["x"], numbers: [[3], [0.1]]).csv == "x\n3\n0.1\n")
  }
}
