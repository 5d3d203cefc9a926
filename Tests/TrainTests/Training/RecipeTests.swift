import Core
import Foundation
import Testing
import Train

@Suite struct RecipeTests {
  @Test(arguments: Preset.allCases)
  func aRecipeComesBackFromItsJSON(_ preset: Preset) throws {
    var recipe = Recipe(preset: preset, seed: .max)
    recipe.steps = 17
    recipe.pictureSize = 32
    let text = try recipe.json()
    let decoded = try Recipe(json: text)
    #expect(decoded == recipe)
    #expect(try decoded.json() == text)
    #expect(text.contains("\"preset\" : \"\(preset.rawValue)\""))
  }

  @Test func everyOptimiserComesBackFromItsJSON() throws {
    var recipe = Recipe(preset: .cnn)
    for optimiser in [
      OptimiserRecipe.sgd(rate: 0.1), .sgd(rate: 1e-7, momentum: 0.9),
      .adam(rate: 3e-4, beta1: 0.1, beta2: 0.2),
    ] {
      recipe.optimiser = optimiser
      #expect(try Recipe(json: recipe.json()).optimiser == optimiser)
    }
  }

  /// Radford et al. 2015 and the two tutorials.
  @Test func presetsLearnWithThePublishedSettings() {
    let paper = OptimiserRecipe.adam(rate: 2e-4, beta1: 0.5, beta2: 0.999, epsilon: 1e-8)
    for preset in [Preset.dcganPlain, .dcgan64] {
      let recipe = Recipe(preset: preset)
      #expect(recipe.optimiser == paper)
      #expect(recipe.initialisation == .dcgan)
      #expect(recipe.batch == 128 && recipe.rateDecay == 1 && recipe.averaging == nil)
    }
    let tutorial = Recipe(preset: .dcganTF)
    #expect(tutorial.optimiser == .adam(rate: 1e-4, beta1: 0.9, beta2: 0.999, epsilon: 1e-7))
    #expect(tutorial.initialisation == .glorotUniform)
    #expect(tutorial.batch == 256 && tutorial.epochs == 50 && tutorial.rateDecay == 1)
    for preset in Preset.allCases { #expect(Recipe(preset: preset).task == preset.task) }
  }

  private func reason(_ json: String) -> String? {
    let error = #expect(throws: TrainingError.self) { try Recipe(json: json) }
    #expect(error?.code == .setting)
    #expect(error?.subject == "recipe")
    return error?.reason
  }

  @Test func anUnknownPresetIsNamedWithThoseThereAre() throws {
    let text = try Recipe(preset: .cnn).json().replacing("\"cnn\"", with: "\"resnet\"")
    #expect(
      reason(text) == "is not one that this version trains by: preset: no 'resnet'; "
        + "there are cnn, lenet5, strided, dcgan, dcgan-plain, dcgan-tf, dcgan-64")
  }

  @Test func aMissingSettingIsNamed() throws {
    let text = try Recipe(preset: .cnn).json().replacing("\"batch\"", with: "\"bench\"")
    #expect(reason(text) == "is not one that this version trains by: 'batch' is missing")
  }

  @Test(arguments: ["", "cnn", "[1, 2]", "{\"task\": 3}", "{\"task\": \"classify\", \"preset\": null}"])
  func whatIsNoRecipeIsRefusedInOneLine(_ text: String) {
    let reason = reason(text)
    #expect(reason?.hasPrefix("is not one that this version trains by: ") == true)
    #expect(reason?.contains("\n") == false)
  }

  @Test func aRecipeOfNumbersThatAreNoneHasNoJSON() {
    var recipe = Recipe(preset: .cnn)
    recipe.optimiser.rate = .nan
    #expect(throws: (any Error).self) { try recipe.json() }
  }
}
