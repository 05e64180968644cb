//! The operations of a method and a path.

use std::collections::HashMap;
use std::sync::LazyLock;

use http::Method;

use crate::api;
use crate::operation::Operation;

/// The operations by method and number of segments, those with fewer parameters first.
static BY_SHAPE: LazyLock<HashMap<(Method, usize), Vec<&'static Operation>>> = LazyLock::new(|| {
    let mut by_shape: HashMap<_, Vec<&'static Operation>> = HashMap::new();
    for operation in api::OPERATIONS {
        let segments = operation.path.split('/').count();
        by_shape.entry((operation.method.clone(), segments)).or_default().push(operation);
    }
    for operations in by_shape.values_mut() {
        operations.sort_by_key(|operation| operation.path.matches('{').count());
    }
    by_shape
});

/// Returns the operations with a method and an encoded path below `/api`, without its query. One without parameters comes
/// before those with parameters. There may be several, of different versions of the server.
pub fn operations_at(method: &Method, path: &str) -> impl Iterator<Item = &'static Operation> {
    let operations = BY_SHAPE.get(&(method.clone(), path.split('/').count()));
    let operations = operations.into_iter().flatten().copied();
    operations.filter(move |operation| fits(operation.path, path))
}

/// Whether a path has the segments of a template; a parameter is any segment.
pub(crate) fn fits(template: &str, path: &str) -> bool {
    template.split('/').zip(path.split('/')).all(|(wanted, given)| wanted.starts_with('{') || given == wanted)
}
