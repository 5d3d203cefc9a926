/// The fastest executor there is here, for a network, a batch size and a mode.
/// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
public func makeExecutor(
  for network: Network, batch: Int, mode: ExecutionMode
) throws(NetworkError) -> any Executor {
  try makeTrainableExecutor(for: network, batch: batch, mode: mode)
}

/// The fastest executor there is here, with its memory open to a training loop.
/// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
public func makeTrainableExecutor(
  for network: Network, batch: Int, mode: ExecutionMode = .training
) throws(NetworkError) -> any TrainableExecutor {
  #if canImport(COneDNN)
  try OneDNNExecutor(network, batch: batch, mode: mode)
  #else
  try PlainExecutor(network, batch: batch, mode: mode)
  #endif
}
