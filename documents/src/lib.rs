//! ICAO 9303 chip data: MRZ, data groups and passive authentication.
