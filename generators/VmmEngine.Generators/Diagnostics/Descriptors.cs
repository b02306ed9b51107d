using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.Diagnostics;

/// <summary>Everything that can be wrong with a table. README.md beside the project has a paragraph for each id.</summary>
internal static class Descriptors
{
    private const string Category = "VmmEngine.Tables";

    public static readonly DiagnosticDescriptor MalformedRow = new(
        "VMM001", "Malformed row",
        "Row '{0}' has {1} columns; it needs name, nr, dir, argument, flags and handler",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadNumber = new(
        "VMM002", "Bad command number",
        "'{0}' is no command number: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NumberTooLarge = new(
        "VMM003", "Command number too large",
        "Command number {0} is over 255, the largest that fits the word",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownDirection = new(
        "VMM004", "Unknown direction",
        "Unknown direction '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadName = new(
        "VMM005", "Not a name",
        "'{0}' cannot be a name in C#",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadAttribute = new(
        "VMM006", "Bad attribute",
        "Bad attribute '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownHeaderKey = new(
        "VMM007", "Unknown header key",
        "Unknown header key '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor MissingHeaderKey = new(
        "VMM008", "Missing header key",
        "The header has no '{0}' line",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor BadHeaderValue = new(
        "VMM009", "Bad header value",
        "Bad value of '{0}': {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateHeaderKey = new(
        "VMM010", "Duplicate header key",
        "Header key '{0}' is given twice",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateSection = new(
        "VMM011", "Duplicate section",
        "Section '{0}' is opened twice",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateName = new(
        "VMM012", "Duplicate name",
        "Row '{0}' is already on line {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateWord = new(
        "VMM013", "Duplicate command word",
        "Row '{0}' has the command word {1} of row '{2}' on line {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateHandler = new(
        "VMM014", "Duplicate handler",
        "Handler '{0}' already belongs to row '{1}' on line {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DuplicateTable = new(
        "VMM015", "Duplicate table",
        "The {0} '{1}' already belongs to {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownFlag = new(
        "VMM016", "Unknown flag",
        "Unknown flag '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor SharedWithExclusive = new(
        "VMM017", "Shared and exclusive",
        "{0} and {1} take the same lock; keep one",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor OneWithAll = new(
        "VMM018", "One vCPU and all vCPUs",
        "LOCK_ALL_VCPUS cannot follow or precede {0}: the row would wait for itself",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor ExclusiveWithoutAll = new(
        "VMM019", "Memory map changed under running vCPUs",
        "XLOCK_MEMSEGS needs LOCK_ALL_VCPUS",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor SeveralVcpuFlags = new(
        "VMM020", "One vCPU named twice",
        "{0} and {1} both say how the vCPU is found; keep one",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor LockOrder = new(
        "VMM021", "Lock order",
        "{0} is taken after {1}, against the declared order: {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor FlagNeedsHeader = new(
        "VMM022", "Flag needs a header line",
        "{0} needs the header line '{1}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor RelaxedSet = new(
        "VMM023", "Bad relaxed set",
        "Relaxed set of '{0}': {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownStruct = new(
        "VMM024", "Unknown argument",
        "No struct '{0}' in {1}.{2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NotBlittable = new(
        "VMM025", "Argument has no fixed layout",
        "Struct '{0}' cannot be copied byte for byte: {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor DirectionDisagrees = new(
        "VMM026", "Direction disagrees with argument",
        "Direction {0} {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor PayloadTooLarge = new(
        "VMM027", "Argument too large",
        "Argument '{0}' has {1} bytes; the word's length field ends at {2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NoVcpuId = new(
        "VMM028", "No vCPU id",
        "{0} needs a vCPU id, but {1} of '{2}' is {3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NoVmId = new(
        "VMM029", "No VM id",
        "FIND_VM needs a VM id, but the first member of '{0}' is {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownType = new(
        "VMM030", "Unknown type",
        "No {0} '{1}' in this compilation",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownErrno = new(
        "VMM031", "Unknown error",
        "'{0}' has no constant '{1}'.{2}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnknownOption = new(
        "VMM032", "Unknown option",
        "Unknown option '{0}'.{1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor MissingHandler = new(
        "VMM033", "Missing handler",
        "'{0}' has no method '{1}'; expected '{2}'.{3}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor WrongSignature = new(
        "VMM034", "Wrong handler signature",
        "Handler '{0}' should be '{1}' but is '{2}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnreachedHandler = new(
        "VMM035", "Handler never reached",
        "No row names the handler '{0}' of '{1}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NotYetWithHandler = new(
        "VMM036", "Handler of a not-yet row",
        "Row '{0}' is marked not-yet, but '{1}' has its handler '{2}'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor MissingMember = new(
        "VMM037", "Call lacks a member",
        "{0} needs '{1}', which '{2}' does not offer",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor OutgoingRow = new(
        "VMM038", "Outgoing row with a handler or locks",
        "Row '{0}' is issued by the engine, so its {1} must be '-'",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor RepeatedFlag = new(
        "VMM039", "Flag given twice",
        "Flag {0} is given twice",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor NoPerfectHash = new(
        "VMM040", "No dispatch table",
        "No perfect hash of {0} command words in up to {1} slots; split the table",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor UnsuitedProject = new(
        "VMM041", "Project cannot hold generated code",
        "The code of this table needs {0}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor HiddenName = new(
        "VMM042", "Name hidden in the table's namespace",
        "In this namespace '{0}' means '{2}' and not '{1}', which generated code needs; use another namespace or another name",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor HandlersNotExtendable = new(
        "VMM043", "Handlers struct cannot be extended",
        "'{0}' {1}; it must be a plain 'partial struct' of this project",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor ReservedName = new(
        "VMM044", "Name taken by generated code",
        "'{0}' is already the name of {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly DiagnosticDescriptor GoesLast = new(
        "VMM045", "Row that cannot go last",
        "Row '{0}' goes last, which only a row can that {1}",
        Category, DiagnosticSeverity.Error, isEnabledByDefault: true);

    public static readonly IReadOnlyList<DiagnosticDescriptor> All =
    [
        MalformedRow, BadNumber, NumberTooLarge, UnknownDirection, BadName, BadAttribute, UnknownHeaderKey, MissingHeaderKey, BadHeaderValue,
        DuplicateHeaderKey, DuplicateSection, DuplicateName, DuplicateWord, DuplicateHandler, DuplicateTable, UnknownFlag, SharedWithExclusive,
        OneWithAll, ExclusiveWithoutAll, SeveralVcpuFlags, LockOrder, FlagNeedsHeader, RelaxedSet, UnknownStruct, NotBlittable,
        DirectionDisagrees, PayloadTooLarge, NoVcpuId, NoVmId, UnknownType, UnknownErrno, UnknownOption, MissingHandler, WrongSignature,
        UnreachedHandler, NotYetWithHandler, MissingMember, OutgoingRow, RepeatedFlag, NoPerfectHash, UnsuitedProject, HiddenName,
        HandlersNotExtendable, ReservedName, GoesLast,
    ];

    private static readonly Dictionary<string, DiagnosticDescriptor> Index = All.ToDictionary(descriptor => descriptor.Id);

    public static DiagnosticDescriptor ById(string id) => Index[id];
}
