//! The payload of a record, by its kind.

use dashstream_proto::kinds;

use crate::encode::{BatchBuilder, EncodeError, RecordInput};

#[cfg(test)]
use super::Sink;
use super::messages::*;
use super::{Message, Need, Needs, Source};
use dashstream_proto::schema::MessageSchema;

/// A message that is the payload of a kind.
pub trait OfKind<'a>: Message<'a> + Into<Payload<'a>> {
    /// The kind, which is in the registry.
    const KIND: u32;
}

macro_rules! payloads {
    ($($kind:ident $message:ident $(<$life:lifetime>)?;)*) => {
        /// The payload of a record: a message for each kind of the registry.
        #[derive(Clone, Copy, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum Payload<'a> {
            $(
                #[doc = concat!("Of kind ", stringify!($kind), ".")]
                $message($message $(<$life>)?),
            )*
            /// Of a kind that is not in the registry, or of a record that was rejected: the bytes, unread.
            Opaque(&'a [u8]),
        }

        impl Default for Payload<'_> {
            fn default() -> Self {
                Self::Opaque(&[])
            }
        }

        $(
            impl<'a> From<$message $(<$life>)?> for Payload<'a> {
                #[inline]
                fn from(message: $message $(<$life>)?) -> Self {
                    Self::$message(message)
                }
            }

            impl<'a> OfKind<'a> for $message $(<$life>)? {
                const KIND: u32 = kinds::$kind;
            }
        )*

        pub(crate) mod owned {
            use crate::owned::{Keep, messages::*};
            use crate::view;

            /// The payload of a record that has been kept: a message for each kind of the registry.
            #[derive(Clone, Debug, PartialEq)]
            #[non_exhaustive]
            pub enum Payload {
                $(
                    #[doc = concat!("Of kind ", stringify!($kind), ".")]
                    $message($message),
                )*
                /// Of a kind that is not in the registry, or of a record that was rejected: the bytes, unread.
                Opaque(Vec<u8>),
            }

            $(
                impl From<$message> for Payload {
                    fn from(message: $message) -> Self {
                        Self::$message(message)
                    }
                }
            )*

            impl<'a> Keep<'a> for view::Payload<'a> {
                type Owned = Payload;

                #[inline]
                fn keep(&self) -> Payload {
                    match self {
                        $(Self::$message(message) => Payload::$message(message.keep()),)*
                        Self::Opaque(bytes) => Payload::Opaque(bytes.keep()),
                    }
                }

                #[inline]
                fn lend(owned: &'a Payload) -> Self {
                    match owned {
                        $(Payload::$message(message) => Self::$message(Keep::lend(message)),)*
                        Payload::Opaque(bytes) => Self::Opaque(bytes),
                    }
                }
            }
        }

        impl<'a> Payload<'a> {
            /// Reads the message of a kind, to where the one before was; `None` where it does not pass the scan, or a ref is
            /// past the string table.
            #[inline]
            pub(crate) fn fill(&mut self, kind: u32, source: &Source<'a>) -> Option<()> {
                match kind {
                    $(kinds::$kind => {
                        *self = Self::$message($message::default());
                        let Self::$message(message) = self else { return None };
                        message.fill(source)
                    })*
                    _ => {
                        *self = Self::Opaque(source.message);
                        Some(())
                    }
                }
            }

            /// Adds a record with this payload to a batch.
            pub(crate) fn push_to(&self, batch: &mut BatchBuilder, record: RecordInput<'_>) -> Result<(), EncodeError> {
                match self {
                    $(Self::$message(message) => batch.push_view(record, message),)*
                    // WRT-001: that bytes are opaque here does not make them so to a reader who knows the kind.
                    Self::Opaque(payload) => batch.push(RecordInput { payload, ..record }),
                }
            }

            /// Appends the message in the tidy form; an error where a value has no place in a message.
            #[cfg(test)]
            pub(crate) fn write(&self, sink: &mut Sink<'_>) -> Result<(), EncodeError> {
                match self {
                    $(Self::$message(message) => message.write(sink),)*
                    Self::Opaque(bytes) => {
                        sink.out.extend_from_slice(bytes);
                        Ok(())
                    }
                }
            }

            /// The room that the message needs, at most.
            pub(crate) fn need(&self) -> Need {
                let mut need = Need::default();
                match self {
                    $(Self::$message(message) => message.add_to(&mut need),)*
                    Self::Opaque(bytes) => bytes.add_to(&mut need),
                }
                need
            }

            /// Fields of every message, beside its schema.
            #[cfg(test)]
            pub(super) fn fields() -> Vec<(&'static MessageSchema, &'static [super::Facts])> {
                vec![$(($message::SCHEMA, $message::FIELDS)),*]
            }

            /// The kind of the registry that has this message; `None` where there is none.
            #[must_use]
            pub const fn kind(&self) -> Option<u32> {
                match self {
                    $(Self::$message(_) => Some(kinds::$kind),)*
                    Self::Opaque(_) => None,
                }
            }

            /// The schema of the message.
            #[must_use]
            pub const fn schema(&self) -> Option<&'static MessageSchema> {
                match self {
                    $(Self::$message(_) => Some($message::SCHEMA),)*
                    Self::Opaque(_) => None,
                }
            }
        }
    };
}

payloads! {
    GRAPH_START GraphStart<'a>;
    EPOCH_START EpochStart;
    GRAPH_END GraphEnd<'a>;
    EPOCH_END EpochEnd;
    NODE_START NodeStart<'a>;
    HEARTBEAT Heartbeat;
    NODE_END NodeEnd<'a>;
    LANE_END LaneEnd;
    EDGE Edge<'a>;
    LATE_DROPS LateDrops;
    TOKEN_CHUNK TokenChunk<'a>;
    REDACTED Redacted;
    LLM_START LlmStart<'a>;
    LLM_END LlmEnd<'a>;
    STATE_DIFF StateDiff<'a>;
    TOOL_CALL ToolCall<'a>;
    STATE_SNAPSHOT StateSnapshot<'a>;
    TOOL_RESULT ToolResult<'a>;
    CHECKPOINT_MANIFEST CheckpointManifest<'a>;
    METRICS Metrics<'a>;
    CHECKPOINT_CHUNK CheckpointChunk<'a>;
    ERROR_REPORT ErrorReport<'a>;
    DEAD_LETTER DeadLetter<'a>;
    EXECUTION_TRACE ExecutionTrace<'a>;
    CHECKPOINT_EVENT CheckpointEvent;
    MEMORY MemoryEvent<'a>;
    HUMAN_REQUEST HumanRequest<'a>;
    HUMAN_RESPONSE HumanResponse<'a>;
    PROGRESS Progress<'a>;
    THINKING Thinking<'a>;
    SUB_STEP SubStep<'a>;
    WARNING Warning<'a>;
    OPTIMIZATION Optimization<'a>;
    LEGACY_PAYLOAD LegacyPayload<'a>;
}
