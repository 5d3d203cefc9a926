package import Core

extension Attributor {
  /// Copies of a picture that a method takes gradients at.
  struct Copies {
    /// How many a picture.
    var count: Int
    /// How many of them, one after the other, are summed up together.
    var group: Int
    /// Makes one: the picture's index, the copy's, the memory.
    var fill: (_ picture: Int, _ copy: Int, _ input: UnsafeMutableBufferPointer<Float>) -> Void
  }

  /// The gradient of each target's logit at the picture itself, `[channels, height, width]`, by question and target.
  func plainGradients(_ questions: [Question], _ rule: RectifierRule) -> [[Tensor]] {
    let copies = Copies(count: 1, group: 1) { picture, _, input in
      _ = input.update(fromContentsOf: questions[picture].input.elements)
    }
    return sums(of: copies, questions, rule) { _ in }.map { $0.map { $0[0] } }
  }

  /// The mean gradient over copies with noise.
  func smoothed(_ questions: [Question], _ progress: (Double) -> Void) -> [[Tensor]] {
    var random = RandomStream(seed: settings.seed, stream: 1)
    return smoothed(questions, noise: random.normal(passes.shape.batched(settings.draws)), progress)
  }

  /// The mean gradient over copies with given noise.
  /// - Parameter noise: draws from N(0, 1), `[draws, channels, height, width]`: the same for every picture, so that a picture's map
  ///   does not depend on which others are asked about.
  package func smoothed(
    _ questions: [Question], noise: Tensor, _ progress: (Double) -> Void = { _ in }
  ) -> [[Tensor]] {
    let size = passes.shape.elementCount
    let draws = noise.shape[0]
    let deviations = questions.map { Float(settings.noise) * greys.range(of: $0.input) }
    let sums = noise.elements.withUnsafeBufferPointer { noise in
      self.sums(
        of: Copies(count: draws, group: draws) { picture, copy, input in
          questions[picture].input.elements.withUnsafeBufferPointer { elements in
            let deviation = deviations[picture]
            for index in 0..<size { input[index] = elements[index] + deviation * noise[copy * size + index] }
          }
        }, questions, .plain, progress)
    }
    return sums.map { $0.map { $0[0].map { $0 / Float(draws) } } }
  }

  /// Integrated gradients: `(x − x′) · mean over the way of ∂y/∂x`, the mean over baselines x′.
  func integrated(
    _ questions: [Question], _ scores: [[Float]], _ progress: (Double) -> Void
  ) -> [[Attribution]] {
    let baselines = greys.baselines(settings)
    let (size, steps) = (passes.shape.elementCount, settings.steps)
    let sums = sums(
      of: Copies(count: baselines.count * steps, group: steps) { picture, copy, input in
        questions[picture].input.elements.withUnsafeBufferPointer { elements in
          baselines[copy / steps].elements.withUnsafeBufferPointer { start in
            let share = (Float(copy % steps) + 0.5) / Float(steps)
            for index in 0..<size { input[index] = start[index] + share * (elements[index] - start[index]) }
          }
        }
      }, questions, .plain, progress)
    let starts = logits(of: Tensor(stacking: baselines))
    return questions.indices.map { index in
      let question = questions[index]
      return zip(question.targets, sums[index]).map { target, sums in
        var shares = [Float](repeating: 0, count: size)
        for (baseline, sum) in zip(baselines, sums) {
          for place in 0..<size {
            shares[place] += (question.input.elements[place] - baseline.elements[place]) * sum.elements[place]
          }
        }
        let scale = 1 / Float(steps * baselines.count)
        let values = Tensor(passes.shape, shares.map { $0 * scale })
        let start = baselines.indices.reduce(0.0) { $0 + Double(starts.elements[$1 * classes + target]) }
        return Attribution(
          .integratedGradients, target: target, logit: scores[index][target], values: values,
          completeness: .init(
            sum: values.elements.reduce(0.0) { $0 + Double($1) },
            difference: Double(scores[index][target]) - start / Double(baselines.count)))
      }
    }
  }

  /// The gradients of all copies of each picture, summed up by groups: by question, target, group.
  private func sums(
    of copies: Copies, _ questions: [Question], _ rule: RectifierRule, _ progress: (Double) -> Void
  ) -> [[[Tensor]]] {
    let size = passes.shape.elementCount
    let groups = copies.count / copies.group
    // Where each question's sums begin: its targets one after the other, each with its groups.
    var starts: [Int] = []
    var total = 0
    for question in questions {
      starts.append(total)
      total += question.targets.count * groups * size
    }
    var sums = [Float](repeating: 0, count: total)
    // Pictures that are asked about one class first: in their batches only one gradient goes back.
    let order = questions.indices.sorted {
      (questions[$0].targets.count, $0) < (questions[$1].targets.count, $1)
    }
    let count = questions.count * copies.count
    sums.withUnsafeMutableBufferPointer { sums in
      passes.gradients(
        count: count, targets: { questions[order[$0 / copies.count]].targets }, rule: rule
      ) { index, input in
        copies.fill(order[index / copies.count], index % copies.count, input)
      } visit: { index, slot, gradient in
        let picture = order[index / copies.count]
        let start = starts[picture] + (slot * groups + index % copies.count / copies.group) * size
        for place in 0..<size { sums[start + place] += gradient[place] }
        if index % 64 == 0 { progress(Double(index) / Double(count)) }
      }
    }
    return questions.indices.map { picture in
      questions[picture].targets.indices.map { slot in
        (0..<groups).map { group in
          let start = starts[picture] + (slot * groups + group) * size
          return Tensor(passes.shape, Array(sums[start..<start + size]))
        }
      }
    }
  }
}
