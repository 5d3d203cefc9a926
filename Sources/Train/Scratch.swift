public import Core
import Foundation
public func scratch(_ preset: Preset, epochs: Int, rate: Float?) throws {
  func read(_ n: String, _ skip: Int) -> [UInt8] { Array(try! Data(contentsOf: URL(fileURLWithPath: "/tmp/mnist/" + n)).dropFirst(skip)) }
  let train = LabelledPictures(shape: [1,28,28], pixels: read("train-images-idx3", 16), labels: read("train-labels-idx1", 8).map(Int32.init))
  let test = LabelledPictures(shape: [1,28,28], pixels: read("t10k-images-idx3", 16), labels: read("t10k-labels-idx1", 8).map(Int32.init))
  let data = DataSet(name: "mnist", classNames: (0..<10).map(String.init), train: train, test: test, origin: "")
  var recipe = Recipe(preset: preset, seed: UInt64(CommandLine.arguments.dropFirst(3).first ?? "0")!)
  recipe.epochs = epochs
  if let rate { recipe.optimiser.rate = rate }
  let task: any TrainingTask = recipe.task == .classify ? try ClassifierTask(recipe, data) : try AdversarialTask(recipe, data)
  let clock = ContinuousClock()
  var last = clock.now
  for step in 1...task.outline.totalSteps {
    let r = try task.step(step)
    if step % 100 == 0 || step == 10 { print(step, clock.now - last, r.metrics); last = clock.now }
    if step % task.outline.stepsPerEpoch == 0 { if let e = try task.evaluate(endsEpoch: true) { print("EPOCH", e.values, clock.now - last); last = clock.now } 
      else { let s = try task.snapshot(); if let px = s.samples { try Data(("P5\n224 224\n255\n".utf8.map{$0}) + (0..<224*224).map { i in let y = i/224, x = i%224; return px[((y/28)*8 + x/28)*784 + (y%28)*28 + x%28] }).write(to: URL(fileURLWithPath: "/tmp/samples-\(step).pgm")) } } }
  }
}
