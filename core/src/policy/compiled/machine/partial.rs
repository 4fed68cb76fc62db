//! What the evaluation of a partly known request leaves to the machine: everything that is known.

use alloc::vec::Vec;

use super::super::super::fuel::Fuel;
use super::super::super::value::Value;
use super::super::program::{Callee, Expr};
use super::{Machine, Outcome};

impl<'p> Machine<'p> {
    /// Computes an expression of a rule whose variables are these.
    ///
    /// # Errors
    /// What ended the evaluation.
    pub(crate) fn compute(&mut self, expr: &'p Expr, locals: impl Iterator<Item = Value>) -> Outcome {
        let base = self.base;
        self.base = self.locals.len();
        self.locals.extend(locals);
        let value = self.eval(expr);
        self.locals.truncate(self.base);
        self.base = base;
        value
    }

    /// Calls a built-in, an operator or a function.
    ///
    /// # Errors
    /// What ended the evaluation.
    pub(crate) fn apply(&mut self, callee: Callee, arguments: Vec<Value>) -> Outcome {
        self.call(callee, arguments)
    }

    /// Lends what is left of the fuel.
    pub(crate) fn fuel(&mut self) -> &mut Fuel {
        &mut self.fuel
    }
}
