internal import Core

extension Attributor {
  /// A square that covers a part of the picture.
  struct Square: Hashable {
    var rows: Range<Int>
    var columns: Range<Int>
  }

  /// The side of the square and how far it moves, in pixels: 4 and 1 of 28, and as much of larger pictures.
  package var occlusion: (side: Int, stride: Int) {
    let shorter = min(passes.shape[1], passes.shape[2])
    let side = settings.square.map { min($0, shorter) } ?? max(1, (2 * shorter + 7) / 14)
    return (side, max(1, shorter / 28))
  }

  /// All squares, row by row; the last of a row or column is cut off at the border.
  var squares: [Square] {
    let (side, stride) = occlusion
    func starts(_ extent: Int) -> [Range<Int>] {
      let count = (max(extent - side, 0) + stride - 1) / stride + 1
      return (0..<count).map { $0 * stride..<min($0 * stride + side, extent) }
    }
    return starts(passes.shape[1]).flatMap { rows in
      starts(passes.shape[2]).map { Square(rows: rows, columns: $0) }
    }
  }

  /// What scores lose where the picture is covered in the data's mean: for each pixel the mean over all squares that cover it.
  func occluded(
    _ questions: [Question], _ scores: [[Float]], _ progress: (Double) -> Void
  ) -> [[Attribution]] {
    let squares = squares
    let (channels, height, width) = (passes.shape[0], passes.shape[1], passes.shape[2])
    let grey = greys.mean
    var covers = [Float](repeating: 0, count: height * width)
    for square in squares {
      for row in square.rows { for column in square.columns { covers[row * width + column] += 1 } }
    }
    // All pictures' squares in one row of batches.
    let count = questions.count * squares.count
    let covered = passes.logits(count: count) { index, input in
      let (picture, square) = (index / squares.count, squares[index % squares.count])
      _ = input.update(fromContentsOf: questions[picture].input.elements)
      let level = grey ?? GreyLevels.means(of: questions[picture].input)
      for channel in 0..<channels {
        for row in square.rows {
          let start = (channel * height + row) * width
          input[start + square.columns.lowerBound..<start + square.columns.upperBound].update(
            repeating: level[channel])
        }
      }
      if index % 64 == 0 { progress(Double(index) / Double(count)) }
    }
    let measured = measures(covered)
    let whole = questions.indices.map { measures(Tensor([1, classes], scores[$0])).elements }
    return questions.indices.map { picture in
      questions[picture].targets.map { target in
        var sums = [Float](repeating: 0, count: height * width)
        for (index, square) in squares.enumerated() {
          let loss =
            whole[picture][target] - measured.elements[(picture * squares.count + index) * classes + target]
          for row in square.rows { for column in square.columns { sums[row * width + column] += loss } }
        }
        return Attribution(
          .occlusion, target: target, logit: scores[picture][target],
          values: Tensor([1, height, width], zip(sums, covers).map { $1 > 0 ? $0 / $1 : 0 }))
      }
    }
  }

  /// Logits `[count, classes]`, or the probabilities that they stand for.
  private func measures(_ logits: Tensor) -> Tensor {
    settings.measure == .logit ? logits : Prediction(logits: logits).probabilities
  }
}
