//! The macros that define the types of `api`: `group!`, `endpoint!`, `response!`, `request!`, `exchanged!`,
//! `string_enum!` and `sync_data!`.

/// Defines a group of operations, and the method of the client that returns it.
macro_rules! group {
    ($(#[$meta:meta])+ $group:ident: $method:ident) => {
        $(#[$meta])+
        #[derive(Clone, Copy, Debug)]
        pub struct $group<'c>(pub(super) &'c Client);

        impl Client {
            #[doc = concat!("The operations of [`", stringify!($group), "`](crate::api::", stringify!($group), ").")]
            pub fn $method(&self) -> $group<'_> {
                $group(self)
            }
        }
    };
}

/// Defines an operation: a struct of its parameters, its `Endpoint`, its method in a group, and setters of the optional
/// parameters on its call.
macro_rules! endpoint {
    (
        $(#[$meta:meta])+
        $name:ident = $verb:ident $path:literal -> $decode:ty;
        $group:ident.$method:ident, $id:literal
            $([permission $permission:literal])? $([since $since:literal])? $([until $until:literal])?
            $([also $also:ident])? $({$($key:ident: $value:literal),+})?;
        $(path { $($p:ident: $pt:ty),+ $(,)? })?
        $(query { $(#[doc = $qd:literal] $q:ident: $qt:ty = $qn:literal),+ $(,)? })?
        $(optional { $(
            #[doc = $od:literal] $o:ident: $ot:ty = $on:literal
                $(by $choice:ident)? $(of $whole:ident)? $(since $os:literal)? $(until $ou:literal)?
        ),+ $(,)? })?
        $(headers { $(#[doc = $hd:literal] $h:ident: $ht:ty = $hn:literal),+ $(,)? })?
        $(form { $(#[doc = $fd:literal] $f:ident: $ft:ty = $fn:literal),+ $(,)? })?
        $(multipart {
            $(#[doc = $rd:literal] $r:ident: $rt:ty = $rn:literal),+;
            $(#[doc = $md:literal] $m:ident: $mt:ty = $mn:literal $(by $function:ident)?),* $(,)?
        })?
        $(body { $bt:ty $(= $changed:ident)? })?
        $(optional_body { $obt:ty })?
    ) => {
        $(#[$meta])+
        ///
        #[doc = concat!(
            "`", stringify!($verb), " ", $path, "`"
            $(, "; requires the permission `", $permission, "`")? $(, "; since ", $since)? $(, "; up to ", $until)?, "."
        )]
        #[derive(Debug)]
        #[non_exhaustive]
        pub struct $name {
            $($(#[doc = concat!("The path parameter `", stringify!($p), "`.")] pub $p: $pt,)+)?
            $($(#[doc = $qd] pub $q: $qt,)+)?
            $($(#[doc = $fd] pub $f: $ft,)+)?
            $($(#[doc = $rd] pub $r: $rt,)+)?
            $(/// The body.
              pub body: $bt,)?
            $(/// The body, which some versions do not have.
              pub body: Option<$obt>,)?
            $($(#[doc = $od] pub $o: Option<$ot>,)+)?
            $($(#[doc = $hd] pub $h: Option<$ht>,)+)?
            $($(#[doc = $md] pub $m: Option<$mt>,)*)?
        }

        impl $name {
            /// The description of the operation.
            pub const OPERATION: &'static Operation = &Operation::new($id, Method::$verb, $path)
                $(.permission($permission))?
                $(.since(ServerVersion::literal($since)))?
                $(.until(ServerVersion::literal($until)))?
                $($(.$key($value))+)?;

            /// Creates the request from its required parameters.
            pub fn new(
                $($($p: impl Into<$pt>,)+)?
                $($($q: impl Into<$qt>,)+)?
                $($($f: impl Into<$ft>,)+)?
                $($($r: impl Into<$rt>,)+)?
                $(body: impl Into<$bt>,)?
            ) -> Self {
                Self {
                    $($($p: $p.into(),)+)?
                    $($($q: $q.into(),)+)?
                    $($($f: $f.into(),)+)?
                    $($($r: $r.into(),)+)?
                    $(body: Into::<$bt>::into(body),)?
                    $(body: None::<$obt>,)?
                    $($($o: None,)+)?
                    $($($h: None,)+)?
                    $($($m: None,)*)?
                }
            }

            $(setter!(body: $obt, "Sets the body.");)?
            $($(setter!($o: $ot, concat!("Sets the query parameter `", $on, "`:", $od));)+)?
            $($(setter!($h: $ht, concat!("Sets the header `", $hn, "`:", $hd));)+)?
            $($(setter!($m: $mt, concat!("Sets the form field `", $mn, "`:", $md));)*)?
        }

        impl Endpoint for $name {
            type Decode = $decode;

            fn operation(&self) -> &'static Operation {
                Self::OPERATION
            }

            fn is_versioned(&self) -> bool {
                false
                    $($($(|| versioned!($choice, self.$o.is_some()))?)+)?
                    $($($(|| versioned!($whole, self.$o.is_some()))?)+)?
                    $($($(|| versioned!($os, self.$o.is_some()))?)+)?
                    $($($(|| versioned!($ou, self.$o.is_some()))?)+)?
                    $($($(|| versioned!($function, true))?)*)?
                    $($(|| matches!(
                        crate::by_version::$changed(&self.body, Some(crate::api::OLDEST_VERSION)),
                        std::borrow::Cow::Owned(_)
                    ))?)?
            }

            #[allow(unused_variables)]
            fn parts(&self, server: Option<ServerVersion>) -> Result<RequestParts, Error> {
                #[allow(unused_mut)]
                let mut parts = RequestParts::new(Self::OPERATION, &[$($(&self.$p,)+)?])?;
                $($(parts.query($qn, &self.$q);)+)?
                $($(
                    if self.$o.is_some() {
                        let range =
                            crate::version::VersionRange { since: version!($($os)?), until: version!($($ou)?) };
                        crate::by_version::check(Self::OPERATION, $on, range, server)?;
                    }
                    query_part!(parts, $on, self.$o $(, $choice(server))? $(, $whole of self, server)?);
                )+)?
                $($(parts.header($hn, &self.$h)?;)+)?
                $(parts.urlencoded(&[$(($fn, &self.$f)),+]);)?
                $(
                    let mut form = Form::default();
                    $(FormPart::add(&self.$r, $rn, &mut form);)+
                    $(form_part!(self.$m, $mn, form $(, $function(self, server))?);)*
                    parts.multipart(form)?;
                )?
                $(parts.json::<$bt>(&json_body!(self.body $(, $changed(server))?))?;)?
                $(if let Some(body) = &self.body {
                    parts.json::<$obt>(body)?;
                })?
                Ok(parts)
            }
        }

        grouped! {
            [$group $($also)?] $method ($name, concat!("Sends [`", stringify!($name), "`]."), $(#[$meta])+)
            ($($($p: $pt,)+)? $($($q: $qt,)+)? $($($f: $ft,)+)? $($($r: $rt,)+)? $(body: $bt,)?)
        }

        impl Call<'_, $name> {
            $(setter!(body of endpoint: $obt, "Sets the body.");)?
            $($(setter!($o of endpoint: $ot, concat!("Sets the query parameter `", $on, "`:", $od));)+)?
            $($(setter!($h of endpoint: $ht, concat!("Sets the header `", $hn, "`:", $hd));)+)?
            $($(setter!($m of endpoint: $mt, concat!("Sets the form field `", $mn, "`:", $md));)*)?
        }

        incoming! {
            $name
            path { $($($p: $pt,)+)? }
            query { $($($q: $qt = $qn,)+)? }
            optional { $($($o: $ot = $on,)+)? }
            headers { $($($h: $ht = $hn,)+)? }
            unread { $($($f)+)? $($($r)+ $($m)*)? }
            body { $($bt)? $($obt)? }
        }
    };
}

/// Defines the method of an operation in each of its groups.
macro_rules! grouped {
    ([$($group:ident)+] $method:ident $about:tt $arguments:tt) => {
        $(grouped! { @one $group $method $about $arguments })+
    };
    (@one $group:ident $method:ident ($name:ident, $doc:expr, $(#[$meta:meta])+) ($($argument:ident: $type:ty,)*)) => {
        impl<'c> $group<'c> {
            $(#[$meta])+
            ///
            #[doc = $doc]
            pub fn $method(self, $($argument: impl Into<$type>,)*) -> Call<'c, $name> {
                self.0.send($name::new($(Into::<$type>::into($argument),)*))
            }
        }
    };
}

/// Defines a setter of an optional value.
macro_rules! setter {
    ($field:ident: $type:ty, $doc:expr) => {
        #[doc = $doc]
        #[must_use]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$field = Some($field.into());
            self
        }
    };
    // A setter of a call. `Call` itself is `must_use`.
    ($field:ident of $part:ident: $type:ty, $doc:expr) => {
        #[doc = $doc]
        pub fn $field(mut self, $field: impl Into<$type>) -> Self {
            self.$part.$field = Some($field.into());
            self
        }
    };
}

/// Adds an optional part to a form. A function returns the value if it depends on the server version.
macro_rules! form_part {
    ($value:expr, $name:literal, $form:ident) => {
        FormPart::add(&$value, $name, &mut $form)
    };
    ($value:expr, $name:literal, $form:ident, $function:ident($this:expr, $server:expr)) => {
        FormPart::add(&crate::by_version::$function($this, $server), $name, &mut $form)
    };
}

/// Adds an optional query parameter. A function returns the value if it depends on the server version.
macro_rules! query_part {
    ($parts:ident, $name:literal, $value:expr) => {
        $parts.query($name, &$value)
    };
    ($parts:ident, $name:literal, $value:expr, $function:ident($server:ident)) => {
        $parts.query($name, &crate::by_version::$function($value.as_ref(), $server))
    };
    ($parts:ident, $name:literal, $value:expr, $function:ident of $this:expr, $server:ident) => {
        $parts.query($name, &crate::by_version::$function($this, $server))
    };
}

/// Expands to an optional version.
macro_rules! version {
    () => {
        None
    };
    ($version:literal) => {
        Some(ServerVersion::literal($version))
    };
}

/// Expands to the JSON body. A function returns it if it depends on the server version.
macro_rules! json_body {
    ($value:expr) => {
        $value
    };
    ($value:expr, $function:ident($server:ident)) => {
        *crate::by_version::$function(&$value, $server)
    };
}

/// Expands to the condition under which a value depends on the server version.
macro_rules! versioned {
    ($why:tt, $is_set:expr) => {
        $is_set
    };
}

/// Defines a type of a response.
macro_rules! response {
    ($(#[$meta:meta])+ struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[$meta])+
        #[derive(Clone, Debug, serde::Deserialize)]
        #[cfg_attr(feature = "fixtures", derive(Default))]
        #[cfg_attr(feature = "serialize", derive(serde::Serialize))]
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }
    };
}

/// Defines a type of a request: `new` takes the required fields, setters the others.
macro_rules! request {
    ($($definition:tt)+) => {
        built! {
            #[derive(serde::Serialize)]
            #[cfg_attr(feature = "fixtures", derive(serde::Deserialize))]
            $($definition)+
        }
    };
}

/// Defines a type of both requests and responses: it is read, changed, and sent back.
macro_rules! exchanged {
    ($($definition:tt)+) => {
        built! {
            #[derive(serde::Serialize, serde::Deserialize)]
            $($definition)+
        }
    };
}

/// Defines a type of both requests and responses that is never created by the caller.
macro_rules! returned {
    ($(#[$meta:meta])+ struct $name:ident { $($(#[$field_meta:meta])* $field:ident: $type:ty,)* }) => {
        #[derive(Clone, Debug, serde::Serialize, serde::Deserialize)]
        #[cfg_attr(feature = "fixtures", derive(Default))]
        $(#[$meta])+
        #[serde(rename_all = "camelCase")]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $type,)*
        }
    };
}

macro_rules! built {
    ($(#[$meta:meta])+ struct $name:ident {
        $(named { $(#[doc = $named_doc:literal] $(#[$named_meta:meta])* $named:ident: $named_type:ty,)+ })?
        $(required { $($(#[$required_meta:meta])* $required:ident: $required_type:ty,)+ })?
        $(required_lists { $($(#[$list_meta:meta])* $list:ident: $item:ty,)+ })?
        $(optional { $(
            #[doc = $optional_doc:literal] $(#[$optional_meta:meta])* $optional:ident: $optional_type:ty,
        )+ })?
        $(optional_lists { $(
            #[doc = $optional_list_doc:literal] $(#[$optional_list_meta:meta])* $optional_list:ident: $optional_item:ty,
        )+ })?
        $(patch { $(#[doc = $patch_doc:literal] $(#[$patch_meta:meta])* $patch:ident: $patch_type:ty,)+ })?
    }) => {
        #[derive(Clone, Debug)]
        #[cfg_attr(feature = "fixtures", derive(Default))]
        $(#[$meta])+
        #[serde(rename_all = "camelCase")]
        #[non_exhaustive]
        pub struct $name {
            $($(
                #[doc = $named_doc]
                $(#[$named_meta])*
                #[serde(serialize_with = "crate::required::serialize")]
                pub $named: Option<$named_type>,
            )+)?
            $($($(#[$required_meta])* pub $required: $required_type,)+)?
            $($($(#[$list_meta])* pub $list: Vec<$item>,)+)?
            $($(
                #[doc = $optional_doc]
                $(#[$optional_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $optional: Option<$optional_type>,
            )+)?
            $($(
                #[doc = $optional_list_doc]
                $(#[$optional_list_meta])*
                #[serde(skip_serializing_if = "Option::is_none")]
                pub $optional_list: Option<Vec<$optional_item>>,
            )+)?
            $($(
                #[doc = $patch_doc]
                $(#[$patch_meta])*
                #[serde(default, skip_serializing_if = "Patch::is_keep")]
                pub $patch: Patch<$patch_type>,
            )+)?
        }

        impl $name {
            /// Creates a value with the required fields; optional ones have setters.
            pub fn new(
                $($($required: impl Into<$required_type>,)+)?
                $($($list: impl IntoIterator<Item = impl Into<$item>>,)+)?
            ) -> Self {
                Self {
                    $($($named: None,)+)?
                    $($($required: $required.into(),)+)?
                    $($($list: $list.into_iter().map(Into::into).collect(),)+)?
                    $($($optional: None,)+)?
                    $($($optional_list: None,)+)?
                    $($($patch: Patch::Keep,)+)?
                }
            }

            $($(setter!($named: $named_type, concat!("Sets `", stringify!($named), "`, which is required:", $named_doc));)+)?
            $($(setter!($optional: $optional_type, concat!("Sets `", stringify!($optional), "`:", $optional_doc));)+)?
            $($(
                #[doc = concat!("Sets `", stringify!($optional_list), "`:", $optional_list_doc)]
                #[must_use]
                pub fn $optional_list(
                    mut self,
                    $optional_list: impl IntoIterator<Item = impl Into<$optional_item>>,
                ) -> Self {
                    self.$optional_list = Some($optional_list.into_iter().map(Into::into).collect());
                    self
                }
            )+)?
            $($(
                #[doc = concat!("Sets `", stringify!($patch), "`, or clears it with `None`:", $patch_doc)]
                #[must_use]
                pub fn $patch(mut self, $patch: impl Into<Patch<$patch_type>>) -> Self {
                    self.$patch = $patch.into();
                    self
                }
            )+)?
        }
    };
}

/// Defines a set of strings. Unknown ones are preserved.
macro_rules! string_enum {
    ($(#[$meta:meta])+ enum $name:ident {
        $first:ident = $first_text:literal $(($first_range:literal))?,
        $($variant:ident = $text:literal $(($range:literal))?,)*
    }) => {
        $(#[$meta])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum $name {
            #[doc = concat!("`", $first_text, "`" $(, $first_range)?)]
            $first,
            $(#[doc = concat!("`", $text, "`" $(, $range)?)] $variant,)*
            /// A value unknown to this crate, as the server sent it.
            Unknown(Box<str>),
        }

        impl $name {
            /// Returns the string used by the server.
            pub fn as_str(&self) -> &str {
                match self {
                    Self::$first => $first_text,
                    $(Self::$variant => $text,)*
                    Self::Unknown(text) => text,
                }
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                match text {
                    $first_text => Self::$first,
                    $($text => Self::$variant,)*
                    _ => Self::Unknown(text.into()),
                }
            }
        }

        $crate::string_enum::text_traits!($name, $first);
    };
}

/// Defines the data of the sync stream, by the types of its lines.
macro_rules! sync_data {
    ($($line:ident $(($data:ty))?,)+) => {
        /// The data of a line of the sync stream, with one variant for each type of line. Several types have the same
        /// data, such as an asset of the user, of a partner, and of an album.
        #[derive(Clone, Debug)]
        #[non_exhaustive]
        pub enum SyncData {
            $(#[doc = concat!("`", stringify!($line), "`")] $line $(($data))?,)+
            /// Data unknown to this crate, as received.
            Unknown(crate::stream::UnknownData),
        }

        impl SyncData {
            /// Deserializes the data of a line of this type.
            pub(crate) fn read<'de, D>(line: &SyncEntityType, data: D) -> Result<Self, D::Error>
            where
                D: serde::Deserializer<'de>,
            {
                use serde::Deserialize;

                match line {
                    $(SyncEntityType::$line => sync_line!(data, $line $($data)?),)+
                    // Without `_`, so that the compiler reports a missing type.
                    SyncEntityType::SyncResetV1 | SyncEntityType::SyncCompleteV1 | SyncEntityType::Unknown(_) => {
                        Value::deserialize(data).map(|data| Self::Unknown(crate::stream::UnknownData(data)))
                    }
                }
            }
        }
    };
}

/// Deserializes the data of one type of line, or ignores it if the type has none.
macro_rules! sync_line {
    ($data:ident, $line:ident) => {
        serde::de::IgnoredAny::deserialize($data).map(|_| Self::$line)
    };
    ($data:ident, $line:ident $type:ty) => {
        <$type>::deserialize($data).map(Self::$line)
    };
}

/// Defines the list of all operations and, for tests, of their routes.
macro_rules! index {
    ($($name:ident,)+) => {
        /// All operations, sorted by name.
        pub static OPERATIONS: &[&Operation] = &[$($name::OPERATION),+];

        /// The routes of all operations.
        #[cfg(feature = "fixtures")]
        pub static RECORDED: &[crate::incoming::Route] = &[$(crate::incoming::Route::new::<$name>($name::OPERATION)),+];
    };
}

/// Implements `Incoming`, which parses a request into its endpoint, for tests and fakes.
macro_rules! incoming {
    (
        $name:ident
        path { $($p:ident: $pt:ty,)* }
        query { $($q:ident: $qt:ty = $qn:literal,)* }
        optional { $($o:ident: $ot:ty = $on:literal,)* }
        headers { $($h:ident: $ht:ty = $hn:literal,)* }
        unread { $($unread:ident)* }
        body { $($bt:ty)? }
    ) => {
        incoming! {
            @readable [$($unread)*] $name
            path { $($p: $pt,)* }
            query { $($q: $qt = $qn,)* }
            optional { $($o: $ot = $on,)* }
            headers { $($h: $ht = $hn,)* }
            body { $($bt)? }
        }
    };
    (@readable [] $name:ident
        path { $($p:ident: $pt:ty,)* }
        query { $($q:ident: $qt:ty = $qn:literal,)* }
        optional { $($o:ident: $ot:ty = $on:literal,)* }
        headers { $($h:ident: $ht:ty = $hn:literal,)* }
        body { $($bt:ty)? }
    ) => {
        #[cfg(feature = "fixtures")]
        impl crate::incoming::Incoming for $name {
            #[allow(unused_variables)]
            fn read(request: &crate::incoming::IncomingRequest<'_>) -> Option<Self> {
                #[allow(unused_mut)]
                let mut path = request.path_values(Self::OPERATION)?.into_iter();
                Some(Self {
                    $($p: crate::incoming::value::<$pt>(&[path.next()?])?,)*
                    $($q: crate::incoming::value::<$qt>(&request.query_values($qn))?,)*
                    $($o: crate::incoming::optional::<$ot>(&request.query_values($on))?,)*
                    $($h: crate::incoming::optional::<$ht>(&request.header_values($hn))?,)*
                    $(body: crate::incoming::body::<$bt, _>(request)?,)?
                })
            }
        }
    };
    // Forms are not parsed; tests compare their parts.
    (@readable [$($unread:ident)+] $name:ident $($rest:tt)*) => {
        #[cfg(feature = "fixtures")]
        impl crate::incoming::Incoming for $name {
            fn read(_: &crate::incoming::IncomingRequest<'_>) -> Option<Self> {
                None
            }
        }
    };
}

pub(crate) use {
    built, endpoint, exchanged, form_part, group, grouped, incoming, index, json_body, query_part, request, response,
    returned, setter, string_enum, sync_data, sync_line, version, versioned,
};
