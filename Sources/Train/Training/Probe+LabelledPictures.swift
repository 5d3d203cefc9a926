public import Core

extension Probe {
  /// The first test pictures of every class of a data set (where it has none, of its training pictures), to try a network on.
  public init(testing data: DataSet, maximum: Int, normalisation: Normalisation) {
    self.init(
      classifying: data.test.count > 0 ? data.test : data.train, classNames: data.classNames,
      normalisation: normalisation, maximum: maximum, stored: 0)
  }

  /// The pictures a run is watched on: the first of every class, evenly, in the order of the file; in front,
  /// `stored` of each class, for which activations are kept.
  init(
    classifying pictures: LabelledPictures, classNames: [String], normalisation: Normalisation,
    maximum: Int, stored: Int
  ) {
    let classes = max(classNames.count, 1)
    let perClass = max(maximum / classes, 1)
    var ofClass = [[Int]](repeating: [], count: classes)
    for index in 0..<pictures.count where ofClass[Int(pictures.labels[index])].count < perClass {
      ofClass[Int(pictures.labels[index])].append(index)
    }
    let front = ofClass.flatMap { $0.prefix(stored) }
    let chosen = front + ofClass.flatMap { $0.dropFirst(stored) }.sorted()
    let kept = pictures.selecting(chosen)
    self.init(
      pictures: kept.pixels, pictureShape: kept.shape.batched(kept.count), labels: kept.labels.map(Int.init),
      classNames: classNames, normalisation: normalisation, activationCount: front.count)
  }
}
