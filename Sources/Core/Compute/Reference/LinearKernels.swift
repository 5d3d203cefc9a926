extension Linear: ReferenceKernel {
  package func forward<Scalar>(_ pass: inout NodePass<Scalar>) -> Values<Scalar> {
    // out = in · Wᵀ
    let input = pass.inputs[0].elements
    let weight = transposed(pass.parameters[0].elements, rows: outputFeatures, columns: inputFeatures)
    var result = Values<Scalar>(pass.outputShape)
    var output = result.elements.mutableSpan
    addProduct(
      input.span, .stored(columns: inputFeatures), weight.span, to: &output,
      rows: pass.outputShape[0], inner: inputFeatures, columns: outputFeatures)
    if hasBias { result.addToChannels(pass.parameters[1]) }
    return result
  }

  package func inputGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    // gradient · W
    let weight = pass.parameters[0].elements
    var result = Values<Scalar>(pass.inputs[0].shape)
    var output = result.elements.mutableSpan
    addProduct(
      gradient.elements.span, .stored(columns: outputFeatures), weight.span, to: &output,
      rows: gradient.shape[0], inner: outputFeatures, columns: inputFeatures)
    return [result]
  }

  package func parameterGradients<Scalar>(
    _ gradient: Values<Scalar>, _ pass: NodePass<Scalar>
  ) -> [Values<Scalar>] {
    // gradientᵀ · in
    let input = pass.inputs[0].elements
    var weight = Values<Scalar>(pass.parameters[0].shape)
    var output = weight.elements.mutableSpan
    addProduct(
      gradient.elements.span, .transposed(columns: outputFeatures), input.span, to: &output,
      rows: outputFeatures, inner: gradient.shape[0], columns: inputFeatures)
    return hasBias ? [weight, gradient.channelSums()] : [weight]
  }
}
