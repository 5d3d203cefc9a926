/// The fastest executor there is here for someone who reads values all over the network.
/// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
public func makeExecutor(
  for network: Network, batch: Int, mode: ExecutionMode
) throws(NetworkError) -> any Executor {
  #if canImport(COneDNN)
  try OneDNNExecutor(network, batch: batch, mode: mode)
  #else
  try PlainExecutor(network, batch: batch, mode: mode)
  #endif
}

/// The fastest executor there is here for a training loop, which reads ends and learns: its memory lies open, and values
/// in between cost a pass of their own where somebody looks.
/// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
public func makeTrainableExecutor(
  for network: Network, batch: Int, mode: ExecutionMode = .training
) throws(NetworkError) -> any TrainableExecutor {
  #if canImport(COneDNN)
  try FusedExecutor(network, batch: batch, mode: mode)
  #else
  try PlainExecutor(network, batch: batch, mode: mode)
  #endif
}
