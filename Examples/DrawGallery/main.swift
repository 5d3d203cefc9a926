import Core
import Render

let run = try RunArchive(opening: "cnn.h5")
let last = try run.snapshot(.last)
let weights = try run.parameter("conv1.weight", of: "classifier", at: last)
let filters = ImageTiles(
  numbers: weights.elements, count: weights.shape[0], height: weights.shape[2], width: weights.shape[3])
let scale = ColorScale.diverging(of: weights.elements, symbol: "w")
let figure = Figure("What conv1 looks for", facts: "\(filters.count) filters · step \(last.step)") {
  ImageGrid(filters, scale: scale, columns: 8)
  ColorBar(scale)
}
try figure.write(to: "filters.svg")
