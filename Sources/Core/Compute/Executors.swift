/// The fastest executor there is for a network, a batch size and a mode.
/// - Throws: `NetworkError` if the shapes do not fit or an operation cannot be run.
public func makeExecutor(
  for network: Network, batch: Int, mode: ExecutionMode
) throws(NetworkError) -> any Executor {
  try ReferenceExecutor<Float>(network, batch: batch, mode: mode)
}
