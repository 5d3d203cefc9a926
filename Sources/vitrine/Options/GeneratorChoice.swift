import Core
import Inspect

/// The generator that a file holds: of a run the network of that role, if no other is named.
struct GeneratorChoice {
  var moment: NetworkChoice
  var condition: LabelOption

  init(_ moment: MomentOptions, _ condition: LabelOption) {
    (self.moment, self.condition) = (moment.choice, condition)
  }

  /// The generator with its numbers; of a conditional one what paints one class.
  func specimen(of subject: Subject) throws -> Specimen {
    var choice = moment
    if case .run(let run) = subject, choice.network == nil {
      choice.network = run.networks.first { $0.role == .generator }?.name
    }
    return try subject.specimen(choice, nil, condition)
  }
}
