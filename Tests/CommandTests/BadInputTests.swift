import Foundation
import TestSupport
import Testing

/// A command that cannot be done, and what must be said of it.
struct BadInput: CustomTestStringConvertible, Sendable {
  /// The command: `@` stands for the folder of materials.
  var command: String
  /// What the one line must contain: what is wrong, where, what to do.
  var says: [String]
  var status: Int32 = 1

  init(_ command: String, _ says: String..., status: Int32 = 1) {
    self.command = command
    self.says = says
    self.status = status
  }

  var testDescription: String { command }

  /// The command's words; `''` is an empty one.
  func arguments(_ folder: String) -> [String] {
    command.split(separator: " ").map { $0 == "''" ? "" : $0.replacingOccurrences(of: "@", with: folder) }
  }
}

/// What bad input gets: one line, exit status 1 (64 for a misuse), nothing written.
struct BadInputTests {
  /// A run may be called anything, also what a figure is called.
  @Test(arguments: [
    ["filters", "run.svg", "-o", "run.svg"], ["samples", "run.svg", "-o", "./run.svg"],
    ["judge-history", "other.h5", "run.svg", "--with", "cnn.h5", "-o", "run.svg"],
    ["judge", "other.h5", "--with", "run.svg", "-o", "run.svg"], ["diagnose", "run.svg", "-o", "run.svg"],
    ["diff", "other.h5", "run.svg", "-o", "run.svg"],
    ["features", "cnn.h5", "--image", "run.svg", "-o", "run.svg"],
    ["explain", "kernel", "--image=run.svg", "--output=./run.svg"],
    ["predict", "other.h5", "--input", "latent=run.npy", "--output", "run.npy"],
    ["export", "link.h5", "--output", "run.h5"],
  ])
  func aFigureDoesNotReplaceWhatItIsDrawnFrom(_ arguments: [String]) async throws {
    let materials = try await Materials.shared
    let scratch = try ScratchFolder()
    // Under every name that a test writes to.
    let names = ["run.svg", "run.npy", "run.h5"]
    for (name, source) in names.map({ ($0, materials.gan) }) + [
      ("other.h5", materials.gan), ("cnn.h5", materials.cnn),
    ] {
      try FileManager.default.copyItem(atPath: source, toPath: scratch.path + "/" + name)
    }
    try FileManager.default.createSymbolicLink(
      atPath: scratch.path + "/link.h5", withDestinationPath: scratch.path + "/run.h5")
    let outcome = try await Program.run("vitrine", arguments, in: scratch.path)
    #expect(outcome.status == 1)
    #expect(outcome.complaints.count == 1 && outcome.error.contains("would be lost"), "\(outcome.error)")
    for name in names {
      #expect(
        FileManager.default.contentsEqual(atPath: scratch.path + "/" + name, andPath: materials.gan),
        "\(name) is still there")
    }
  }

  /// Where the numbers cannot be written, the figure is not left without them.
  @Test func aFigureIsNotLeftWithoutItsNumbers() async throws {
    let scratch = try ScratchFolder()
    try FileManager.default.createDirectory(
      atPath: scratch.path + "/k-kernel-3.csv", withIntermediateDirectories: false)
    let outcome = try await Program.run(
      "vitrine", ["explain", "checkerboard", "--csv", "-o", "k.svg"], in: scratch.path)
    #expect(outcome.status == 1 && outcome.complaints.count == 1, "\(outcome.error)")
    #expect(content(of: scratch.path) == ["k-kernel-3.csv"])
  }

  private func check(_ input: BadInput) async throws {
    let materials = try await Materials.shared
    let scratch = try ScratchFolder()
    let before = content(of: materials.folder)
    let outcome = try await Program.run("vitrine", input.arguments(materials.folder), in: scratch.path)
    #expect(outcome.status == input.status, "\(outcome.error)")
    #expect(outcome.output == "")
    // A misuse is followed by how the command is used.
    let line = try #require(outcome.complaints.first.map(String.init))
    #expect(line.hasPrefix("Error: "))
    if input.status == 1 { #expect(outcome.complaints.count == 1, "\(outcome.error)") }
    let all = input.status == 1 ? line : outcome.error
    for part in input.says {
      #expect(all.contains(part.replacingOccurrences(of: "@", with: materials.folder)), "\(all)")
    }
    #expect(content(of: scratch.path) == [])
    #expect(content(of: materials.folder) == before)
  }

  @Test(arguments: [
    BadInput("info missing.h5", "missing.h5: no such file", "check the name"),
    BadInput("info ''", "no such file"),
    BadInput("info @/empty.h5", "@/empty.h5: the file is empty"),
    BadInput("info @/cut-20.h5", "@/cut-20.h5: the file ends after 20 bytes", "copy it again"),
    BadInput("info @/cut-700.h5", "is cut short: 700 bytes of ", "copy it again"),
    BadInput("filters @/cut.h5", "@/cut.h5", "is cut short: 40000 bytes of ", "copy it again"),
    BadInput("report @/cut.h5", "is cut short: 40000 bytes of "),
    BadInput("predict @/cut.h5 --input @/inputs.npy", "is cut short: 40000 bytes of "),
    BadInput("train cnn --resume --out @/cut.h5", "is cut short: 40000 bytes of "),
    BadInput("info @/text.h5", "neither a run nor a model", "text", "give a run"),
    BadInput("info @/page.h5", "neither a run nor a model", "HTML"),
    BadInput("info @/pointer.h5", "pointer of Git LFS", "git lfs pull"),
    BadInput("info @/wide.png", "neither a run nor a model", "a PNG picture"),
    BadInput("curves @/text.h5", "neither a run nor a model", "text"),
    BadInput("info @/folder.h5", "directory", "give a file"),
    BadInput("walk @/gan.h5 --points 9223372036854775807 -o x.svg", "3"),
    BadInput(
      "invert @/gan.h5 --probe 0 --latent-out z.npy -o no/x.svg", "no/x.svg", "the folder does not exist"),
    BadInput("interpolate @/gan.h5 --nearest --data /dev/null -o x.svg", "/dev/null"),
    BadInput("info /dev/zero", "/dev/zero: this is not an ordinary file"),
    BadInput("info @/foreign.h5", "no Keras model", "it holds nothing"),
    BadInput("growth @/foreign.h5", "no Keras model", "it holds nothing"),
    BadInput("info @/newer.h5", "newer Vitrine (format 2)", "reads up to 1", "update"),
    BadInput("curves @/newer.h5", "newer Vitrine"),
    BadInput("info @/hollow.h5", "@/hollow.h5:/config: there is no such dataset"),
    BadInput("report @/cnn.h5 missing.h5 -o page.html", "missing.h5: no such file"),
  ]) func aFileThatIsNoRun(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput("filters @/cnn.h5 --network judge -o x.svg", "no network 'judge'", "classifier"),
    BadInput("filters @/gan.h5 --network judge -o x.svg", "generator, discriminator"),
    BadInput("filters @/cnn.h5 --layer conv9 -o x.svg", "classifier/conv9: no such layer", "conv1, conv2"),
    BadInput("filters @/cnn.h5 --layer relu1 -o x.svg", "ReLU has no filters", "conv1, conv2"),
    BadInput("filters @/cnn.h5 --layer conv1 --nmf -o x.svg", "classifier/conv1", "leave out --nmf"),
    BadInput("filters @/cnn.h5 --layer fc1 --nmf -o x.svg", "Linear has no filters", "conv1, conv2"),
    BadInput("features @/cnn.h5 --layer conv9 -o x.svg", "no layer", "conv1, relu1, pool1"),
    BadInput("filters @/cnn.h5 --step 17 -o x.svg", "no snapshot at step 17; there are 0, 1, 2, 3"),
    BadInput("filters @/cnn.h5 --since 17 -o x.svg", "no snapshot at step 17; there are 0, 1, 2, 3"),
    BadInput("growth @/gan.h5 --steps 0,17 -o x.svg", "no snapshot at step 17; there are 0, 1, 2, 3"),
    BadInput("confusion @/cnn.h5 --step 2 -o x.svg", "no test evaluation at step 2; there are 3"),
    BadInput("features @/cnn.h5 --probe 5000 -o x.svg", "probe 5000", "1000 probe pictures, 0 to 999"),
    BadInput("features @/cnn.h5 --probe=-1 -o x.svg", "probe -1", "0 to 999"),
    BadInput("features @/cnn.h5 --latent 1 -o x.svg", "latent 1", "'classifier'", "--probe or --image"),
    BadInput("features @/gan.h5 --latent 64 -o x.svg", "64 fixed latents, 0 to 63"),
    BadInput("networks @/gan.h5 --latent=-1 -o x.svg", "64 fixed latents, 0 to 63"),
    BadInput("judge-history @/gan.h5 @/./gan.h5 --with @/cnn.h5 -o x.svg", "/./gan.h5: is named twice"),
    BadInput("invert @/gan.h5 --probe 0 --weight=-1 -o x.svg", "a weight of -1.0; expected 0 or more"),
    BadInput("invert @/gan.h5 --probe 0 --rate 0 -o x.svg", "a step size of 0.0; expected a number above 0"),
    BadInput("samples @/gan.h5 --count 0 -o x.svg", "0 pictures", "ask for 1 to 400"),
    BadInput("samples @/gan.h5 --count 65 -o x.svg", "64 latents, not 65", "seed"),
    BadInput("growth @/gan.h5 --rows 0 -o x.svg", "0 rows", "64 latents"),
    BadInput("interpolate @/gan.h5 --steps 1 -o x.svg", "1 steps", "ask for 2"),
    BadInput("interpolate @/gan.h5 --steps 1000000 -o x.svg", "1000000 steps", "to 41"),
    BadInput("interpolate @/gan.h5 --from nowhere.npy -o x.svg", "nowhere.npy: no such file"),
    BadInput("interpolate @/gan.h5 --from @/inputs.npy -o x.svg", "inputs.npy", "[3, 1, 28, 28]", "64"),
    BadInput("interpolate @/gan.h5 --discriminator judge -o x.svg", "no network 'judge'"),
    BadInput("curves @/cnn.h5 @/gan.h5 -o x.svg", "@/gan.h5: is a GAN’s run and @/cnn.h5 a classifier’s"),
    BadInput(
      "curves @/gan.h5 @/gan.h5 -o x.svg", "@/gan.h5: is a GAN’s run, as all are", "one run at a time"),
    BadInput("curves @/cnn.h5 @/cnn.h5 -o x.svg", "has the recipe and seed 0", "name each once"),
    BadInput("curves @/cnn.h5 missing.h5 -o x.svg", "missing.h5: no such file"),
    BadInput("samples @/cnn.h5 -o x.svg", "trains no generator"),
    BadInput("growth @/cnn.h5 -o x.svg", "trains no generator"),
    BadInput("networks @/cnn.h5 -o x.svg", "trains no generator"),
    BadInput("interpolate @/cnn.h5 -o x.svg", "classifier"),
    BadInput("confusion @/gan.h5 -o x.svg", "no confusion matrices"),
  ]) func somethingThatIsNotThere(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput(
      "features @/cnn.h5 --image @/wide.png -o x.svg", "@/wide.png", "1 × 30 × 40", "1 × 28 × 28", "scale"),
    BadInput("features @/cnn.h5 --image @/cut.png -o x.svg", "@/cut.png", "ends early"),
    BadInput("features @/cnn.h5 --image @/cut.jpg -o x.svg", "@/cut.jpg", "has no pixels"),
    BadInput(
      "features @/cnn.h5 --image @/text.png -o x.svg",
      "@/text.png: expected a PNG or JPEG picture, found text"),
    BadInput("features @/cnn.h5 --image nothing.png -o x.svg", "nothing.png: no such file"),
    BadInput("features @/cnn.h5 --image @/inputs.npy -o x.svg", "[3, 1, 28, 28]", "one example at a time"),
    BadInput(
      "predict @/cnn.h5 --input @/wide.png", "@/wide.png", "1 × 30 × 40", "scale the picture to 28 × 28"),
    BadInput("predict @/cnn.h5 --input @/shape.npy -o y.npy", "[3, 1, 27, 28]", "[1, 1, 28, 28]"),
    BadInput("predict @/cnn.h5 --input @/cut.npy -o y.npy", "takes 9408 bytes, found 9407"),
    BadInput("predict @/cnn.h5 --input @/text.npy -o y.npy", "not a NumPy array"),
    BadInput("predict @/cnn.h5 --input @/complex.npy -o y.npy", "'<c8' (complex numbers) are not read", "f8"),
    BadInput("predict @/cnn.h5 --input nothing.npy -o y.npy", "nothing.npy: no such file"),
    BadInput("predict @/gan.h5 --network generator --input @/inputs.npy", "'generator' takes [1, 64]"),
    BadInput("predict @/cnn.h5 --input other=@/inputs.npy", "other: is no input of 'cnn'; there are image"),
    BadInput("predict @/cnn.h5 --input @/inputs.npy --input @/inputs.npy", "given twice", status: 64),
    BadInput("predict @/cnn.h5", "--input", status: 64),
    BadInput("features @/cnn.h5 --range 1,0", "range", status: 64),
  ]) func aPictureOrNumbersThatDoNotFit(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput(
      "filters @/cnn.h5 -o nowhere/x.svg", "nowhere/x.svg: cannot be written", "the folder does not exist"),
    BadInput("filters @/cnn.h5 -o /proc/x.svg", "/proc/x.svg: cannot be written"),
    BadInput("filters @/cnn.h5 -o @/folder.h5", "svg, .png or .pdf"),
    BadInput("filters @/cnn.h5 -o x.jpeg", "x.jpeg: has the extension .jpeg", ".svg, .png or .pdf"),
    BadInput("filters @/cnn.h5 -o x", "x: has no extension"),
    BadInput(
      "report @/cnn.h5 -o nowhere/x.html", "nowhere/x.html: cannot be written", "the folder does not exist"),
    BadInput("report @/cnn.h5 -o x.docx", "x.docx: a report is written as .html or .pdf"),
    BadInput(
      "report @/cnn.h5 -o nowhere/x.pdf", "nowhere/x.pdf: cannot be written", "the folder does not exist"),
    BadInput("predict @/cnn.h5 --input @/inputs.npy -o nowhere/y.npy", "the folder does not exist"),
    BadInput("predict @/cnn.h5 --input @/inputs.npy --nodes -o nowhere/y.npz", "the folder does not exist"),
    BadInput(
      "train cnn --data @/stripes --batch 16 --steps 1 -q --out nowhere/x.h5", "no directory 'nowhere'"),
    BadInput("train cnn --data @/stripes --batch 16 --steps 1 -q --out @/folder.h5 --overwrite", "directory"),
    BadInput("train cnn --data @/stripes --batch 16 --steps 1 -q --out @/there.h5", "already", "--overwrite"),
    BadInput("train cnn --data @/stripes --batch 16 --steps 1 -q --out /proc/x.h5", "/proc/x.h5"),
  ]) func anOutputThatCannotBeWritten(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput("train cnn --data cats --out x.h5", "cats: no such data set", "digits (built in)", "looked in"),
    BadInput("train cnn --data @/no-data --out x.h5", "@/no-data: holds no data"),
    BadInput("train cnn --data @/cnn.h5 --out x.h5", "is a file", "folder"),
    BadInput(
      "train cnn --data @/magic --out x.h5", "train-images-idx3-ubyte: not an IDX file", "0x00001803",
      "0x00000803"),
    BadInput(
      "train cnn --data @/short --out x.h5", "train-images-idx3-ubyte: too short",
      "275968 bytes, found 275967"),
    BadInput("train cnn --data @/counts --out x.h5", "352 pictures, but 300 labels"),
    BadInput("train cnn --data @/swapped --out x.h5", "are these labels?"),
    BadInput("train cnn --data @/mnist --out x.h5", "label 0 is 11, expected 0 … 9"),
    BadInput("train cnn --data @/sizes --out x.h5", "28 × 28", "28 × 29", "--size"),
    BadInput("train cnn --data @/one-class --batch 1 --out x.h5", "at least two classes, found 1"),
    BadInput(
      "train cnn --data @/stripes --batch 400 --out x.h5", "a batch of 400 is larger than the training data"),
    BadInput("train cnn --data @/stripes --batch 0 --out x.h5", "batch: expected at least 1, found 0"),
    BadInput("train cnn --data @/stripes --steps 0 --out x.h5", "steps: expected at least 1, found 0"),
    BadInput("train cnn --data @/stripes --epochs 0 --out x.h5", "epochs: expected at least 1, found 0"),
    BadInput("train cnn --data @/stripes --epochs 9223372036854775807 --batch 16 --out x.h5", "too many"),
    BadInput("train cnn --data @/stripes --size 3 --batch 16 --out x.h5", "at least 4 × 4, found 3 × 3"),
    BadInput("train cnn --data @/stripes --size 5000 --out x.h5", "1 to 4096", "5000"),
    BadInput("train dcgan-64 --data @/stripes --batch 16 --out x.h5", "64 × 64, found 28 × 28", "--size"),
    BadInput("train cnn --resume --out nothing.h5", "nothing.h5: no such file"),
    BadInput("train cnn --resume --out @/text.h5", "not an HDF5 file"),
    BadInput("train cnn --resume --out @/gan.h5", "preset dcgan, not cnn"),
    BadInput(
      "train cnn --resume --steps 1 --out @/cnn.h5", "has trained 3 steps already, 1 were asked for", "more"),
  ]) func trainingThatCannotBegin(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput("verify @/retouched.svg @/cnn.h5", "retouched.svg", "changed after it was drawn"),
    BadInput("verify @/other-version.svg @/cnn.h5", "another version: vitrine 99."),
    BadInput("verify @/other-verb.svg @/cnn.h5", "'dream', a verb that this version does not have"),
    BadInput("verify @/other-step.svg @/cnn.h5", "no snapshot at step 33"),
    BadInput("verify @/no-recipe.svg @/cnn.h5", "carries no recipe"),
    BadInput("verify @/wide.png @/cnn.h5", "carries no recipe"),
    BadInput("verify @/text.npy @/cnn.h5", "carries no recipe"),
    BadInput("verify /dev/zero @/cnn.h5", "/dev/zero: is not an ordinary file"),
    BadInput("verify nothing.svg @/cnn.h5", "nothing.svg: no such file", "check the name"),
    BadInput("verify @/filters.svg @/gan.h5", "no network 'classifier'"),
    BadInput("verify @/filters.svg @/cnn.h5 @/cnn.h5", "was drawn from one run, not 2"),
    BadInput("verify @/filters.svg", "was drawn from one run, not 0", "name that one"),
    BadInput("verify @/filters.svg nothing.h5", "nothing.h5: no such file"),
  ]) func aFigureThatDoesNotShowTheRun(_ input: BadInput) async throws { try await check(input) }

  @Test(arguments: [
    BadInput("dream", "dream", "vitrine <subcommand>", status: 64),
    BadInput("train", "<preset>", "cnn, lenet5, strided, dcgan", status: 64),
    BadInput("train vgg", "'vgg'", "- cnn", "- dcgan-64", status: 64),
    BadInput("filters", "<file>", status: 64),
    BadInput("info x.h5 --dream", "--dream", "vitrine info", status: 64),
    BadInput("filters x.h5 --theme pink", "'light', 'dark' or 'print'", status: 64),
    BadInput("filters x.h5 --nmf --since first", "leave out --since", status: 64),
    BadInput("filters x.h5 --step=-1", "a step, first or last", status: 64),
    BadInput("features x.h5 --probe 1 --latent 2", "give one of --image, --probe and --latent", status: 64),
    BadInput("features x.h5 --maps 0", "--maps must be at least 1", status: 64),
    BadInput("curves x.h5 --smoothing 1", "--smoothing must be at least 0 and below 1", status: 64),
    BadInput("curves x.h5 --smoothing nan", "--smoothing must be", status: 64),
    BadInput("interpolate x.h5 --path zigzag", "'slerp', 'lerp' or 'both'", status: 64),
    BadInput("interpolate x.h5 --from=-1", "'-1' is no end", "seed", ".npy", status: 64),
    BadInput("predict x.h5", "--input", status: 64),
    BadInput("predict x.h5 --input y.npy --nodes -o y.npy", "-o name.npz", status: 64),
    BadInput("predict x.h5 --input y.npy -o y.txt", "-o name.npy", status: 64),
    BadInput("train cnn --epochs 1 --steps 1", "not both", status: 64),
    BadInput("train cnn --resume --overwrite", "give one", status: 64),
    BadInput("train cnn --resume --seed 1", "the run's own recipe", status: 64),
    BadInput("train cnn --rate nan", "--rate must be above 0", status: 64),
    BadInput("train cnn --rate 1e99", "--rate must be above 0", status: 64),
    BadInput("train cnn --rate=-1", "--rate must be above 0", status: 64),
    BadInput("train cnn --size 0", "--size must be at least 1", status: 64),
    BadInput("train cnn --seed=-1", "--seed", status: 64),
    BadInput("report", "<files>", status: 64),
    BadInput("verify", "<figure>", status: 64),
  ]) func aMisuse(_ input: BadInput) async throws { try await check(input) }
}
