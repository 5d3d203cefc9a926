internal import Core

/// What the layers that read an input tell of extents that the file leaves open: a convolution knows its channels, a matrix
/// its rows.
struct ONNXHints {
  let nodes: [ONNXNode]
  let initializers: [ONNXTensor]
  /// The nodes that read a value, by its name.
  let readers: [String: [Int]]

  /// Extents by input and axis.
  func extents(of inputs: [ONNXValueInfo]) -> [String: [Int: Int]] {
    var shapes: [String: [Int]] = [:]
    for tensor in initializers { shapes[tensor.name] = tensor.extents }
    for node in nodes where node.operation == "Constant" {
      if let tensor = node.attributes["value"]?.tensor, let output = node.outputs.first {
        shapes[output] = tensor.extents
      }
    }
    var result: [String: [Int: Int]] = [:]
    for input in inputs {
      guard let extents = input.extents,
        extents.dropFirst().contains(where: { if case .open = $0 { true } else { false } })
      else { continue }
      result[input.name] = hints(input.name, rank: extents.count, shapes)
    }
    return result
  }

  private func hints(_ name: String, rank: Int, _ shapes: [String: [Int]]) -> [Int: Int] {
    var axes = Array(0..<rank)
    var name = name
    // Along a chain of operations that keep the axes.
    for _ in 0..<16 {
      let next = (readers[name] ?? []).prefix(64).map { nodes[$0] }.filter { $0.inputs.first == name }
      for node in next where node.inputs.count > 1 {
        guard let weight = shapes[node.inputs[1]] else { continue }
        switch node.operation {
        case "Conv" where weight.count == rank && rank >= 3:
          let channels = weight[1].multipliedReportingOverflow(by: node.attributes["group"]?.integer ?? 1)
          if !channels.overflow, channels.partialValue > 0 { return [axes[1]: channels.partialValue] }
        case "ConvTranspose" where weight.count == rank && rank >= 3: return [axes[1]: weight[0]]
        case "BatchNormalization" where weight.count == 1 && rank >= 2: return [axes[1]: weight[0]]
        case "Gemm" where weight.count == 2 && rank == 2:
          return [axes[1]: weight[node.attributes["transB"]?.integer ?? 0 == 0 ? 0 : 1]]
        case "MatMul" where weight.count == 2 && rank >= 2: return [axes[rank - 1]: weight[0]]
        default: continue
        }
      }
      guard let next = next.first, let output = next.outputs.first else {
        break
      }
      switch next.operation {
      case "Identity", "Cast", "Relu", "Sub", "Add", "Mul", "Div", "Tanh", "Sigmoid", "LeakyRelu", "Dropout",
        "Pad":
        break
      case "Transpose":
        guard let order = next.attributes["perm"]?.integers, order.count == rank,
          order.allSatisfy(axes.indices.contains)
        else { return [:] }
        axes = order.map { axes[$0] }
      default: return [:]
      }
      name = output
    }
    return [:]
  }
}
