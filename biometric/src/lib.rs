//! Images to faces, liveness, embeddings and a match decision, on the holder's device.
