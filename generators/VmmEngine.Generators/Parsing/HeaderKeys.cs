namespace VmmEngine.Generators.Parsing;

/// <summary>The keys a table's header may have, and those it must have.</summary>
internal static class HeaderKeys
{
    public const string Table = "table";
    public const string Device = "device";
    public const string Kind = "kind";
    public const string Encoding = "encoding";
    public const string Group = "group";
    public const string Namespace = "namespace";
    public const string Class = "class";
    public const string Handlers = "handlers";
    public const string Call = "call";
    public const string Target = "target";
    public const string Errors = "errors";
    public const string Arguments = "arguments";
    public const string Ids = "ids";
    public const string Vcpus = "vcpus";
    public const string NoVcpu = "no-vcpu";
    public const string Order = "order";
    public const string Release = "release";

    public static readonly string[] All =
    [
        Table, Device, Kind, Encoding, Group, Namespace, Class, Handlers, Call, Target, Errors, Arguments, Ids, Vcpus, NoVcpu, Order, Release,
    ];

    /// <summary>What every table says.</summary>
    public static readonly string[] Required = [Table, Device, Encoding, Group, Namespace, Class];

    /// <summary>What a table says besides, if the engine answers its commands rather than issuing them.</summary>
    public static readonly string[] RequiredIncoming = [Handlers, Call, Errors];
}
