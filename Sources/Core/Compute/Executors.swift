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
/// - Parameter other: an executor that is never at work at the same time, such as that of a GAN's other network: from a seed to
///   the end of its backward pass the one, then the other. They use one memory for what outlives no pass.
/// - Throws: `NetworkError` if shapes do not fit or an operation cannot be run.
public func makeTrainableExecutor(
  for network: Network, batch: Int, mode: ExecutionMode = .training,
  beside other: (any TrainableExecutor)? = nil
) throws(NetworkError) -> any TrainableExecutor {
  #if canImport(COneDNN)
  try FusedExecutor(network, batch: batch, mode: mode, beside: other as? FusedExecutor)
  #else
  try PlainExecutor(network, batch: batch, mode: mode)
  #endif
}
