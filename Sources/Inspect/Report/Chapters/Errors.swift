internal import Core

extension Report.Illustration {
  /// What a classifier is most wrong about, whether it knows, and what may change in a picture before it no longer knows it.
  static func errors(of specimen: Specimen) throws -> [Report.Illustration] {
    [
      Report.Illustration(
        "errors", try ErrorsFigure().figure(of: specimen),
        "These are the pictures that cost the network the most: it was sure, and it was wrong. Look at them before you blame it: some "
          + "would make you hesitate too, and some are labelled questionably. The diagram asks a second question: when the network says "
          + "“90 %”, is it right nine times of ten? If its bars lie under the diagonal, its probabilities are too good to be believed. That "
          + "matters wherever somebody acts on them, and it can be mended without training anew, by one number that all scores are divided by."
      ),
      Report.Illustration(
        "invariance", try Invariance().figure(of: specimen),
        "You know a 4 if it stands a little higher, is larger or leans. Does the network? Each row changes five pictures in one way and "
          + "measures how far the network’s inner values go. In the first layer they go far at once, because edges lie elsewhere; in the "
          + "last they stay near as long as what was learnt does not mind, and convolution with <strong>pooling</strong> is what buys that for small shifts. "
          + "Nothing in the architecture buys it for turning: there the network only knows what its training pictures showed it."
      ),
    ]
  }
}
