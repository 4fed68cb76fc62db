//! The one way from a core failure to a JavaScript `Error`.

use alloc::string::ToString;

use sealwright_core::error::{Error, Location};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_name = Error)]
    type JsError;
    #[wasm_bindgen(constructor, js_class = "Error")]
    fn new(message: &str) -> JsError;
    #[wasm_bindgen(method, setter)]
    fn set_code(this: &JsError, code: &str);
    #[wasm_bindgen(method, setter)]
    fn set_kind(this: &JsError, kind: &str);
    #[wasm_bindgen(method, setter)]
    fn set_location(this: &JsError, location: &JsLocation);
    #[wasm_bindgen(method, setter)]
    fn set_index(this: &JsError, index: usize);

    #[wasm_bindgen(js_name = Object)]
    type JsLocation;
    #[wasm_bindgen(constructor, js_class = "Object")]
    fn new() -> JsLocation;
    #[wasm_bindgen(method, setter)]
    fn set_file(this: &JsLocation, file: &str);
    #[wasm_bindgen(method, setter)]
    fn set_row(this: &JsLocation, row: u32);
    #[wasm_bindgen(method, setter)]
    fn set_column(this: &JsLocation, column: u32);
}

/// Carries a core failure out as an `Error` with `code`, `kind`, and `location` in a policy module or `index` in a batch.
pub struct Failure(Error);

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Self(error)
    }
}

impl From<Failure> for JsValue {
    fn from(Failure(error): Failure) -> Self {
        let thrown = JsError::new(&error.to_string());
        thrown.set_code(error.code());
        thrown.set_kind(error.kind().name());
        if let Some(location) = error.location() {
            thrown.set_location(&place(&location));
        }
        if let Some(index) = error.index() {
            thrown.set_index(index);
        }
        thrown.into()
    }
}

fn place(location: &Location) -> JsLocation {
    let place = JsLocation::new();
    place.set_file(&location.file);
    place.set_row(location.row);
    place.set_column(location.column);
    place
}
