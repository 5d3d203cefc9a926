import ArgumentParser
import Core
import Import
import Inspect
import Render

struct DiagnoseCommand: FigureCommand {
  static let configuration = CommandConfiguration(
    commandName: "diagnose",
    abstract: "Says what is wrong with a run or model, with its evidence, and what to do about it.",
    discussion:
      "Exit status 0 if no fault was found, 2 if one was (with --strict also if a warning was), 1 if the file cannot be "
      + "examined, 64 if the command is not understood.")
  static let showsOneMoment = false

  @OptionGroup var input: FileArgument

  @Flag(help: "Prints JSON.")
  var json = false

  @Flag(help: "Counts warnings as faults in the exit status.")
  var strict = false

  @OptionGroup var brightness: BrightnessOptions
  @OptionGroup var data: DataOptions
  @OptionGroup var output: OutputOptions

  func run() throws {
    if let path = output.output { try WritingPlace.checkFigure(path) }  // before the work, not after it
    let diagnosis = try diagnosis()
    if let path = output.output {
      try output.write(DiagnosisFigure(theme: output.theme).figure(of: diagnosis), to: path, quietly: json)
    } else if !output.quiet, !json {
      print(diagnosis.text)
    }
    if json { print(try diagnosis.json(strict: strict)) }
    let status = diagnosis.exitStatus(strict: strict)
    if status != 0 { throw ExitCode(status) }
  }

  func figure() throws -> Figure { DiagnosisFigure(theme: output.theme).figure(of: try diagnosis()) }

  private func diagnosis() throws -> Diagnosis {
    let progress = WorkProgress("examines", isQuiet: output.quiet)
    defer { progress.end() }
    switch try Subject(opening: input.file) {
    case .run(let run):
      if data.data != nil {
        throw ValidationError("a run is examined on its own pictures; leave out --data")
      }
      return try Diagnosis(of: run, progress: progress.show)
    case .model(let model):
      // What cannot be run as a whole can still be looked at; on pictures it has to be run.
      let specimen =
        data.data == nil
        ? Specimen(
          Model(model.network, onlyWith: try model.readParameters()),
          normalisation: brightness.range?.normalisation)
        : try Subject.model(model).specimen(NetworkChoice(), brightness, on: data)
      return try Diagnosis(of: specimen, path: input.file, progress: progress.show)
    }
  }
}
