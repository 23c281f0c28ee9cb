//! The portrait, still encoded.

use zeroize::Zeroizing;

/// How a portrait is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PortraitFormat {
    /// JPEG (ISO/IEC 10918-1).
    Jpeg,
    /// JPEG 2000 (ISO/IEC 15444-1), as a JP2 file or a bare codestream.
    Jpeg2000,
}

impl PortraitFormat {
    /// Tells the format from the first bytes. The type byte in the facial record is not believed:
    /// documents are about in which it is wrong, while these bytes decide what a decoder does.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Option<Self> {
        const JPEG: &[u8] = &[0xff, 0xd8, 0xff];
        const JP2: &[u8] = &[
            0x00, 0x00, 0x00, 0x0c, b'j', b'P', b' ', b' ', 0x0d, 0x0a, 0x87, 0x0a,
        ];
        const CODESTREAM: &[u8] = &[0xff, 0x4f, 0xff, 0x51];
        if bytes.starts_with(JPEG) {
            Some(Self::Jpeg)
        } else if bytes.starts_with(JP2) || bytes.starts_with(CODESTREAM) {
            Some(Self::Jpeg2000)
        } else {
            None
        }
    }

    /// `jpeg` or `jpeg-2000`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Jpeg2000 => "jpeg-2000",
        }
    }

    /// The image data type of ISO/IEC 19794-5:2005 section 5.7.2.
    pub(super) fn image_data_type(self) -> u8 {
        match self {
            Self::Jpeg => 0,
            Self::Jpeg2000 => 1,
        }
    }
}

/// The holder's portrait as the chip holds it, still encoded. Wiped when dropped.
#[derive(Clone)]
pub struct Portrait {
    bytes: Zeroizing<Vec<u8>>,
    format: PortraitFormat,
}

impl Portrait {
    pub(super) fn new(image: &[u8], format: PortraitFormat) -> Self {
        Self {
            bytes: Zeroizing::new(image.to_vec()),
            format,
        }
    }

    /// The encoded image.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// How it is encoded.
    #[must_use]
    pub fn format(&self) -> PortraitFormat {
        self.format
    }
}

impl std::fmt::Debug for Portrait {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Portrait({}, ..)", self.format.name())
    }
}
