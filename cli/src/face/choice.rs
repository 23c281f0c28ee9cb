//! Which embedding model a command works with: one of the manifest, or one that an operator
//! brought.

use std::path::PathBuf;

use humanseal_biometric::{
    EmbeddingModel, ModelError, Models, OperatorModels, Pipeline, PortraitReader, Thresholds, entry,
};

use crate::output::Failure;

/// The argument that says which.
#[derive(clap::Args, Clone, Default)]
pub struct ModelChoice {
    /// The embedding model: `mobilefacenet` (the default, 192 dimensions), `fr-feature` (512,
    /// undocumented training data), or one of the folder that --models names.
    #[arg(long, value_name = "NAME")]
    model: Option<String>,
    /// A folder of own models, as `face models add` makes it.
    #[arg(long, value_name = "DIR", requires = "model")]
    models: Option<PathBuf>,
}

/// The model itself.
enum Chosen {
    BuiltIn(EmbeddingModel),
    Own(OperatorModels, String),
}

impl ModelChoice {
    /// Everything that judges frames. An own model needs its calibration.
    pub fn pipeline(&self) -> Result<Pipeline, Failure> {
        let folder = Models::default_dir();
        let models = match self.chosen()? {
            Chosen::BuiltIn(model) => Models::load(&folder, model),
            Chosen::Own(own, name) => Models::load_own(&folder, &own, &name),
        };
        Ok(Pipeline::new(models.map_err(|error| self.failure(&error))?))
    }

    /// What takes faces of portraits, and decides nothing.
    pub fn portraits(&self) -> Result<PortraitReader, Failure> {
        let folder = Models::default_dir();
        let reader = match self.chosen()? {
            Chosen::BuiltIn(model) => PortraitReader::built_in(&folder, model),
            Chosen::Own(own, name) => PortraitReader::own(&folder, &own, &name),
        };
        reader.map_err(|error| self.failure(&error))
    }

    /// What similarities mean: by the manifest, or by the calibration that is attached to an own
    /// model.
    pub fn thresholds(&self) -> Result<Thresholds, Failure> {
        let thresholds = match self.chosen()? {
            Chosen::Own(own, name) => own.thresholds(&name),
            Chosen::BuiltIn(model) => entry(model.id())
                .and_then(|entry| entry.thresholds.clone())
                .ok_or_else(|| ModelError::Unknown {
                    id: model.id().to_owned(),
                }),
        };
        thresholds.map_err(|error| self.failure(&error))
    }

    fn chosen(&self) -> Result<Chosen, Failure> {
        match (self.model.as_deref(), &self.models) {
            (Some("mobilefacenet" | "fr-feature"), Some(_)) => Err(Failure::input(
                "this model is the program's own; leave --models out [model_unknown]",
            )),
            (None | Some("mobilefacenet"), _) => Ok(Chosen::BuiltIn(EmbeddingModel::MobileFaceNet)),
            (Some("fr-feature"), _) => Ok(Chosen::BuiltIn(EmbeddingModel::FrFeature)),
            (Some(name), Some(folder)) => {
                let own = OperatorModels::open(folder).map_err(|error| self.failure(&error))?;
                Ok(Chosen::Own(own, name.to_owned()))
            }
            (Some(name), None) => Err(Failure::input(format!(
                "{name} is no model of this program; name the folder of own models with --models \
                 [model_unknown]"
            ))),
        }
    }

    /// A folder that was named is at fault itself; the program's own models are not the caller's.
    fn failure(&self, error: &ModelError) -> Failure {
        let sentence = format!("{error} [{}]", error.code());
        match self.models {
            Some(_) => Failure::input(sentence),
            None => Failure::fault(sentence),
        }
    }
}
