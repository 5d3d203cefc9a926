/// temp
struct DropoutMask { var seed: DropoutSeed; var node: Int; var rate: Float
  func fill(_ b: UnsafeMutableBufferPointer<Float>) { for i in b.indices { b[i] = 1 } } }
