//! Reads programs.

use alloc::vec::Vec;

use super::code::Code;
use super::parts::{self, Texts};
use super::{Header, malformed};
use crate::error::Error;
use crate::policy::compiled::Program;
use crate::policy::limit;
use crate::policy::limits::Limits;
#[cfg(feature = "rego")]
use crate::policy::map::Map;

/// Reads a program and the header of it. What comes out is as safe to run as what was just compiled.
///
/// # Errors
/// `program_malformed`; `policy_builtin` for a call of what is not there; `policy_recursion`; `policy_limit`.
pub(crate) fn read(program: &[u8], limits: &Limits) -> Result<(Header, Program), Error> {
    let code = limits.module_bytes.saturating_mul(4);
    let most = code.saturating_add(limits.data_bytes);
    if program.len() > most {
        return Err(limit("program_bytes", most));
    }
    let (header, mut bytes) = Header::split(program)?;
    let mut texts = Texts::read(&mut bytes, limits.data_bytes)?;
    let base = if bytes.flag()? { Some(texts.value(&mut bytes, 0)?) } else { None };
    if bytes.len() > code {
        return Err(limit("program_bytes", most));
    }
    texts.room = code;
    let places = parts::places(&mut bytes, &mut texts)?;
    let kinds = parts::kinds(&mut bytes)?;
    let (nodes, paths) = parts::nodes(&mut bytes, &mut texts, kinds.len())?;
    let inputs = texts.paths(&mut bytes)?;
    let data = parts::slots(&mut bytes, &mut texts, base.as_ref())?;
    let mut code = Code::new(&mut bytes, &mut texts, kinds, &places);
    (code.inputs, code.data, code.nodes) = (inputs.len(), data.len(), nodes.len());
    let rules = paths.into_iter().enumerate().map(|(id, path)| code.rules(id, path)).collect::<Result<Vec<_>, _>>()?;
    bytes.end()?;
    texts.end()?;
    let program = Program {
        rules,
        nodes,
        inputs,
        data,
        base,
        places,
        #[cfg(feature = "rego")]
        input_ids: Map::new(),
        #[cfg(feature = "rego")]
        data_ids: Map::new(),
    };
    program.check_depth(limits.depth)?;
    match program.find(header.entrypoint.split('.')) {
        Some(_) => Ok((header, program)),
        None => Err(malformed("its entrypoint is no rule")),
    }
}
