package dashstream

// fieldType is the type of a field in a schema.
type fieldType uint8

const (
	typeUnknown fieldType = iota
	typeUint32
	typeUint64
	typeSint64
	typeBool
	typeDouble
	typeFixed32
	typeString
	typeBytes
	typeMessage
)

// fieldSchema is what the lints have to know of a field.
type fieldSchema struct {
	kind                  fieldType
	packed, repeated, ref bool
	inner                 *schema
}

// schema has the fields of a message by their numbers.
type schema [16]fieldSchema
