//! Frames of a head that moves, and of flat and bent pictures of it, rendered from one photograph
//! and its 468-point mesh.
//!
//! **Synthetic, for tests and the demo alone.** What is rendered here shows that code follows its
//! rules; it is never a source of an error rate: a rendered head is as rigid and as well lit as its
//! author made it, and its depth is the mesh's guess.
//!
//! A photograph is framed as a camera would see it ([`Portrait`]), hung on a surface ([`Surface`],
//! [`Scene`]), moved ([`Motion`]), lit ([`Flash`]) and photographed with noise ([`Frame`]). An [`Actor`]
//! moves it as it is asked to.
//! The same arguments give the same bytes.
//!
//! ```
//! use humanseal_rendering::{Flash, Motion, Portrait, Scene, Surface};
//!
//! # fn landmarks() -> Vec<[f32; 3]> {
//! #     (0..468).map(|k| {
//! #         let (x, y) = ((k % 22) as f32 * 4.0 + 60.0, (k / 22) as f32 * 5.0 + 50.0);
//! #         [x, y + (k % 3) as f32 * 0.1, 0.0]
//! #     }).collect()
//! # }
//! // Landmarks come from a face mesh model; x, y in pixels, z in pixels away from the camera.
//! let portrait = Portrait::new(200, 200, vec![128; 3 * 200 * 200], &landmarks())?;
//! let scene = Scene::new(&portrait, Surface::Head)?;
//! let turned = Motion { yaw: 20.0, ..Motion::REST };
//! let frame = scene.frame(&turned, Flash::OFF, 1);
//! assert_eq!(frame.rgb.len(), 3 * frame.width as usize * frame.height as usize);
//! # Ok::<_, humanseal_rendering::RenderError>(())
//! ```

mod portrait;

mod landmark;

mod motion;

mod surface;

mod raster;

mod scene;

mod actor;

pub use actor::{Actor, Asked};
pub use motion::Motion;
pub use portrait::{EYE_DISTANCE, FRAME_HEIGHT, FRAME_WIDTH, Portrait, RenderError};
pub use scene::{Flash, Frame, Scene};
pub use surface::Surface;
