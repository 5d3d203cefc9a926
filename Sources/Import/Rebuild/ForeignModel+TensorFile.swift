internal import Core

extension ForeignModel {
  /// A model from a file of tensors without an architecture: the network is put together from names and shapes.
  ///
  /// What was assumed is among the remarks, a line for each link.
  /// - Throws: `ImportError` if no tensor in it is a layer's weight.
  public init(tensorFile file: TensorFile) throws(ImportError) {
    let (groups, others) = WeightGroup.groups(of: file.parameters)
    // `kernel` is TensorFlow's word, which flattens with the channels last.
    let isKeras = file.parameters.contains { $0.name.hasSuffix("kernel") || $0.name.hasSuffix("kernel:0") }
    let name = String(file.path.split(separator: "/").last ?? "network")
    let rebuilt: RebuiltNetwork
    do throws(ImportError) {
      rebuilt = try RebuiltNetwork.rebuild(
        groups, flattensChannelsLast: isKeras, isOrdered: file.isOrdered, name: name)
    } catch {
      let some = file.tensors.prefix(4).map { "\($0.name) \($0.shape)" }.listed
      throw ImportError(
        error.code, file.path,
        "\(error.reason); it holds \(file.tensors.count) \(file.tensors.count == 1 ? "tensor" : "tensors"): \(some)\(file.tensors.count > 4 ? ", …" : "")"
      )
    }
    var remarks = file.remarks + ["the file has no architecture; it is put together from names and shapes:"]
    remarks += rebuilt.links.map(\.description) + rebuilt.remarks
    if !others.isEmpty {
      let some = others.prefix(4).map(\.name).listed
      remarks.append(
        "left aside: \(others.count) \(others.count == 1 ? "tensor" : "tensors") of no layer: \(some)\(others.count > 4 ? ", …" : "")"
      )
    }
    try self.init(
      path: file.path, format: file.format, network: rebuilt.network, parameters: rebuilt.parameters,
      tensors: file.tensors, remarks: remarks)
  }
}
