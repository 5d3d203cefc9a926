extension MatMul: ReferenceKernel {
  /// Where each product's matrices begin.
  private struct Plan {
    let shapes: MatrixShapes
    let left: [Int]
    let right: [Int]

    init(_ inputs: [Shape]) {
      // The same shapes passed when the network was compiled.
      shapes = try! MatrixShapes(inputs)
      let (leftSize, rightSize) = (shapes.rows * shapes.inner, shapes.inner * shapes.columns)
      left = SpreadRows(shapes.left, over: shapes.leading).places.map { $0 * leftSize }
      right = SpreadRows(shapes.right, over: shapes.leading).places.map { $0 * rightSize }
    }
  }

  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    let plan = Plan(pass.inputs.map(\.shape))
    let (rows, inner, columns) = (plan.shapes.rows, plan.shapes.inner, plan.shapes.columns)
    let (first, second) = (pass.inputs[0].elements, pass.inputs[1].elements)
    var result = Values<Scalar>(pass.outputShape)
    var output = result.elements.mutableSpan
    for product in plan.left.indices {
      addProduct(
        first.span, .stored(columns: inner, from: plan.left[product]), second.span, from: plan.right[product],
        to: &output, at: product * rows * columns, rows: rows, inner: inner, columns: columns)
    }
    return result
  }

  /// `gradient · Bᵀ` and `Aᵀ · gradient`, added up where a matrix took part in several products.
  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    let plan = Plan(pass.inputs.map(\.shape))
    let (rows, inner, columns) = (plan.shapes.rows, plan.shapes.inner, plan.shapes.columns)
    let (first, second) = (pass.inputs[0].elements, pass.inputs[1].elements)
    var firstGradient = Values<Scalar>(pass.inputs[0].shape)
    var secondGradient = Values<Scalar>(pass.inputs[1].shape)
    var left = firstGradient.elements.mutableSpan
    for product in plan.left.indices {
      let matrix = Array(second[plan.right[product]..<plan.right[product] + inner * columns])
      let transpose = transposed(matrix, rows: inner, columns: columns)
      addProduct(
        gradient.elements.span, .stored(columns: columns, from: product * rows * columns),
        transpose.span, to: &left, at: plan.left[product], rows: rows, inner: columns, columns: inner)
    }
    var right = secondGradient.elements.mutableSpan
    for product in plan.left.indices {
      addProduct(
        first.span, .transposed(columns: inner, from: plan.left[product]),
        gradient.elements.span, from: product * rows * columns,
        to: &right, at: plan.right[product], rows: inner, inner: rows, columns: columns)
    }
    return [firstGradient, secondGradient]
  }
}
