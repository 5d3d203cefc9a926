import Core

/// How cost grows with the batch, with the width of the network and with the size of pictures.
struct Growth {
  struct Row {
    let work: Work
    let seconds: Double
    /// PyTorch's seconds, channels last.
    let theirs: Double?
  }

  var rows: [(axis: String, rows: [Row])] = []

  init(_ worker: PyTorchWorker?, seconds: Double) throws {
    func measure(_ axis: String, _ works: [Work]) throws {
      var measured: [Row] = []
      for work in works {
        let comparison = try Comparison(
          work, worker: worker, rounds: 3, seconds: seconds, forms: ["channels_last"])
        measured.append(
          Row(
            work: work, seconds: comparison.ours.median,
            theirs: comparison.form.map { comparison.theirs[$0]!.median }))
        try worker?.forget()
      }
      rows.append((axis, measured))
      Progress.say(axis)
    }
    let batches = [1, 2, 8, 32, 128, 512]
    try measure("cnn, by batch", batches.map { try Work.cnnStep(batch: $0) })
    try measure("cnn, by width", [1, 2, 4].map { try Work.cnnStep(width: $0) })
    try measure("cnn, by picture", [28, 64, 128].map { try Work.cnnStep(image: $0) })
    // Batch norm has no variance over a single vector.
    try measure("dcgan, by batch", batches.dropFirst().map { try Work.dcganStep(batch: $0) })
    try measure("dcgan, by width", [1, 2, 4].map { try Work.dcganStep(batch: 32, width: $0) })
    try measure("dcgan, by picture", [28, 64, 128].map { try Work.dcganStep(batch: 32, image: $0) })
  }
}
