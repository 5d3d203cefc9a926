import Core
import TestSupport
import Testing
import Train

@Suite struct DigitsTests {
  private static let set = Result {
    try DataSet.open("digits", options: .init(trainCount: 3000, testCount: 1000))
  }
  private var set: DataSet { get throws { try Self.set.get() } }

  @Test func everyDigitComesEquallyOften() throws {
    let set = try set
    #expect(set.name == "digits")
    #expect(set.classNames == (0...9).map(String.init))
    #expect(set.pictureShape == [1, 28, 28])
    #expect(set.train.classCounts(10) == [Int](repeating: 300, count: 10))
    #expect(set.test.classCounts(10) == [Int](repeating: 100, count: 10))
    #expect(Array(set.train.labels[..<12]) == [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 1])
  }

  @Test func theFirstHundredOfSeedZeroArePinned() throws {
    // A changed digit changes every demo, figure and run: change this on purpose only.
    #expect(
      SHA256.hexDigest(of: Array(try set.train.pixels[..<78_400]))
        == "8330e9d1486235649745d7002ba1bdf1ceff6abb5e94d5541863c40f23db6e28")
  }

  @Test func aDigitDependsOnItsSeedPartAndIndexAlone() throws {
    let few = try DataSet.open("digits", options: .init(trainCount: 50, testCount: 20))
    let (train, test) = (try set.train, try set.test)
    #expect(few.train == train.prefix(50))
    #expect(few.test == test.prefix(20))
    let other = try DataSet.open("digits", options: .init(seed: 1, trainCount: 50, testCount: 20))
    for index in 0..<50 { #expect(other.train.picture(at: index) != train.picture(at: index)) }
  }

  @Test func noPictureStandsTwice() throws {
    let set = try set
    var seen: Set<[UInt8]> = []
    for part in [set.train, set.test] {
      for index in 0..<part.count { seen.insert(part.picture(at: index).samples) }
    }
    #expect(seen.count == set.train.count + set.test.count)
  }

  @Test func digitsLieCentredInTheirFrameAsInMNIST() throws {
    let train = try set.train
    for index in 0..<train.count {
      let picture = train.picture(at: index)
      var (mass, x, y) = (0.0, 0.0, 0.0)
      for row in 0..<28 {
        for column in 0..<28 {
          let sample = Double(picture[0, row, column])
          (mass, x, y) = (mass + sample, x + sample * Double(column), y + sample * Double(row))
        }
      }
      #expect(mass > 255 * 20, "digit \(index) has hardly any ink")
      #expect(mass < 255 * 300, "digit \(index) is nearly all ink")
      #expect(picture.samples.max() ?? 0 > 240)
      #expect(
        abs(x / mass - 13.5) < 3.5 && abs(y / mass - 13.5) < 3.5, "digit \(index) at \(x / mass), \(y / mass)"
      )
    }
  }

  @Test func inkAndContrastAreThoseOfMNIST() throws {
    let normalisation = Normalisation(of: try set.train)
    // MNIST has 0.1307 and 0.3081.
    #expect(abs(normalisation.mean[0] - 0.13) < 0.01)
    #expect(abs(normalisation.deviation[0] - 0.308) < 0.01)
  }

  @Test func theClassesAreApartButNotByTheirMeansAlone() throws {
    let (train, test) = (try set.train, try set.test)
    var centres = [[Float]](repeating: [Float](repeating: 0, count: 784), count: 10)
    for index in 0..<train.count {
      for (place, sample) in train.picture(at: index).samples.enumerated() {
        centres[Int(train.labels[index])][place] += Float(sample) / 300
      }
    }
    var right = 0
    for index in 0..<test.count {
      let picture = test.picture(at: index).samples.map(Float.init)
      let distances = centres.map { centre in
        zip(centre, picture).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
      }
      let nearest = distances.indices.min { distances[$0] < distances[$1] }
      if nearest == Int(test.labels[index]) { right += 1 }
    }
    print("digits: the nearest class mean is right for \(right) of \(test.count)")
    // MNIST itself: 77 % of the first 4,000 test pictures by the means of 20,000.
    #expect((700...880).contains(right))
  }

  @Test func twentyThousandAreMadeInSeconds() throws {
    var count = 0
    let seconds =
      try ContinuousClock().measure {
        count = try DataSet.open("digits", options: .init(seed: 3, trainCount: 10_000, testCount: 0)).train
          .count
      } / .seconds(1)
    print("digits: \(Int(Double(count) / seconds)) a second")
    // Some 100,000 on one quiet core; other tests run beside this one.
    #expect(Double(count) / seconds > 5_000)
  }

  @Test func impossibleCountsAreRefused() {
    #expect(throws: DataError(.misuse, "training digits", "expected 1 to 10000000, found 0")) {
      try DataSet.open("digits", options: .init(trainCount: 0))
    }
    #expect(throws: DataError(.misuse, "test digits", "expected 0 to 10000000, found -1")) {
      try DataSet.open("digits", options: .init(testCount: -1))
    }
  }
}
