//! The service as a whole: what is opened, which routes there are, how it starts and stops.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{DefaultBodyLimit, Request, State};
use axum::http::{HeaderValue, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, ConfigError, Limits};
use crate::heavy::Heavy;
use crate::issuer::{self, Issuer};
use crate::metrics::Metrics;
use crate::problem::{Code, Problem};
use crate::verifier::{self, Registry, Verifier};
use crate::{connections, database, openapi, request_id, well_known};

/// Longest time between two rounds of maintenance.
const MAINTENANCE: Duration = Duration::from_secs(60);

/// An opened service.
#[derive(Clone)]
pub struct Service {
    pub(crate) issuer: Option<Arc<Issuer>>,
    pub(crate) verifier: Option<Arc<Verifier>>,
    pub(crate) metrics: Metrics,
    limits: Limits,
}

/// Why a service did not start or broke off.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The configuration cannot be used.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The databases cannot be used.
    #[error("the first round of maintenance failed; the log says why")]
    Maintenance,
    /// The listener failed.
    #[error("cannot serve: {0}")]
    Listen(#[from] std::io::Error),
}

impl Service {
    /// Opens databases and keys and does a first round of maintenance.
    ///
    /// # Errors
    /// As [`ServeError`].
    pub async fn open(config: &Config, clock: Arc<dyn Clock>) -> Result<Self, ServeError> {
        config.validate()?;
        // A line each: documents sent to the issuer do not hold up a verifier's presentations.
        let line = || Heavy::new(config.limits.heavy_jobs, config.limits.heavy_waiting);
        let issuer = match &config.issuer {
            Some(part) => Some(Arc::new(
                Issuer::open(config, part, Arc::clone(&clock), line()).await?,
            )),
            None => None,
        };
        let verifier = match &config.verifier {
            Some(part) => {
                let opened = Verifier::open(config, part, issuer.clone(), clock, line()).await?;
                Some(Arc::new(opened))
            }
            None => None,
        };
        let service = Self {
            issuer,
            verifier,
            metrics: Metrics::default(),
            limits: config.limits.clone(),
        };
        service
            .maintain()
            .await
            .map_err(|_| ServeError::Maintenance)?;
        Ok(service)
    }

    /// What happens without being asked for: overdue sessions are erased, roots signed and fetched.
    ///
    /// # Errors
    /// `internal` where a database fails.
    pub async fn maintain(&self) -> Result<(), Problem> {
        if let Some(issuer) = &self.issuer {
            issuer.maintain().await?;
        }
        if let Some(verifier) = &self.verifier {
            verifier.maintain().await?;
        }
        Ok(())
    }

    /// Looks once at every chain that has a registry, and reads what is new there.
    pub async fn look_at_chains(&self) {
        for registry in self
            .verifier
            .iter()
            .flat_map(|verifier| verifier.registries())
        {
            registry.look().await;
        }
    }

    /// Maintenance of a running service. The issuer's write-ahead log is emptied too, for rows that
    /// a process erased and died before it emptied the log itself.
    async fn maintain_and_empty_log(&self) -> Result<(), Problem> {
        self.maintain().await?;
        if let Some(issuer) = &self.issuer {
            database::truncate_log(issuer.pool()).await?;
        }
        Ok(())
    }

    /// All routes with their limits.
    pub fn router(&self) -> Router {
        let mut api = OpenApiRouter::new();
        if let Some(issuer) = &self.issuer {
            api = api.merge(issuer::routes().with_state(Arc::clone(issuer)));
        }
        if let Some(verifier) = &self.verifier {
            let batch =
                verifier::batch_routes().layer(DefaultBodyLimit::max(self.limits.batch_body_bytes));
            api = api
                .merge(verifier::routes().with_state(Arc::clone(verifier)))
                .merge(batch.with_state(Arc::clone(verifier)));
        }
        let (api, _) = api.split_for_parts();
        let (common, _) = well_known::routes()
            .with_state(self.clone())
            .split_for_parts();
        let seconds = Duration::from_secs(self.limits.request_seconds);
        api.merge(common)
            .route("/openapi.json", axum::routing::get(openapi::json))
            .fallback(async || Problem::new(Code::RouteUnknown))
            .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
            .layer(DefaultBodyLimit::max(self.limits.body_bytes))
            .layer(middleware::from_fn_with_state(seconds, time_limit))
            .layer(CatchPanicLayer::custom(|_| {
                tracing::error!("a handler panicked");
                Problem::new(Code::Internal).into_response()
            }))
            .layer(middleware::from_fn(no_store))
            .layer(middleware::from_fn_with_state(
                self.metrics.clone(),
                request_id::layer,
            ))
    }
}

/// Answers carry secrets and change: nothing is cached unless a route says so.
async fn no_store(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    response
}

async fn time_limit(State(limit): State<Duration>, request: Request, next: Next) -> Response {
    match tokio::time::timeout(limit, next.run(request)).await {
        Ok(response) => response,
        Err(_) => Problem::new(Code::RequestTimedOut).into_response(),
    }
}

/// Opens the service with the system's clock and serves until `shutdown` is ready. Requests that
/// are under way are finished; a connection that is still open after the longest time for a request
/// has none, and is cut.
///
/// # Errors
/// As [`ServeError`].
pub async fn serve(
    config: Config,
    listener: TcpListener,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> Result<(), ServeError> {
    let service = Service::open(&config, Arc::new(SystemClock)).await?;
    tracing::info!(
        address = %listener.local_addr()?,
        environment = config.environment.as_str(),
        issuer = service.issuer.is_some(),
        verifier = service.verifier.is_some(),
        "serving"
    );
    if config.environment != humanseal_zk_credentials::exchange::Environment::Production {
        tracing::warn!(
            "not production: nothing that this service signs says anything about anybody"
        );
    }
    let maintenance = tokio::spawn(maintain_for_ever(service.clone()));
    let readers: Vec<_> = service
        .verifier
        .iter()
        .flat_map(|verifier| verifier.registries())
        .map(|registry| tokio::spawn(read_for_ever(Arc::clone(registry))))
        .collect();
    connections::serve(listener, service.router(), &config.limits, shutdown).await;
    maintenance.abort();
    // What a reader has not committed is read again by the next start.
    readers.iter().for_each(tokio::task::JoinHandle::abort);
    if let Some(issuer) = &service.issuer {
        issuer.pool().close().await;
    }
    if let Some(verifier) = &service.verifier {
        verifier.pool().close().await;
    }
    tracing::info!("stopped");
    Ok(())
}

async fn maintain_for_ever(service: Service) {
    loop {
        tokio::time::sleep(MAINTENANCE).await;
        if let Err(problem) = service.maintain_and_empty_log().await {
            tracing::error!(
                code = problem.code().name(),
                "maintenance failed; it is tried again"
            );
        }
    }
}

async fn read_for_ever(registry: Arc<Registry>) {
    loop {
        registry.look().await;
        tokio::time::sleep(registry.poll()).await;
    }
}
