namespace VmmEngine.Generators.Model;

/// <summary>What a table's header says, understood.</summary>
/// <param name="Name">Prefix of the generated files.</param>
/// <param name="File">The table's file with its folder.</param>
/// <param name="Device">The node it belongs to.</param>
/// <param name="Outgoing">The engine issues these commands, nobody here answers them.</param>
/// <param name="Encoding">How command words are put together.</param>
/// <param name="Group">The words' second byte.</param>
/// <param name="Namespace">Of everything generated.</param>
/// <param name="Class">The generated class.</param>
/// <param name="Handlers">The partial struct with the handlers; null if outgoing.</param>
/// <param name="Call">What a caller hands in; null if outgoing.</param>
/// <param name="Target">A VM that was looked up by id; null if the table looks none up.</param>
/// <param name="Errors">The class with the error numbers; null if outgoing.</param>
/// <param name="LeadsWithVm">Every argument with ids begins with the VM's.</param>
/// <param name="LeadsWithVcpu">Every argument with ids has the vCPU's first, or second behind the VM's.</param>
/// <param name="CreatesVcpus">A vCPU comes to be when it is first mentioned.</param>
/// <param name="EjectsVcpus">A running vCPU is thrown out of the guest; otherwise whoever wants it waits.</param>
/// <param name="NoVcpu">The error for an id that names no vCPU.</param>
/// <param name="Order">The locks in the order in which they are taken.</param>
/// <param name="Release">The same locks in the order in which they are let go.</param>
internal sealed record HeaderModel(
    string Name,
    string File,
    string Device,
    bool Outgoing,
    CommandEncoding Encoding,
    byte Group,
    string Namespace,
    string Class,
    TypeName? Handlers,
    TypeName? Call,
    TypeName? Target,
    TypeName? Errors,
    bool LeadsWithVm,
    bool LeadsWithVcpu,
    bool CreatesVcpus,
    bool EjectsVcpus,
    string? NoVcpu,
    EquatableArray<string> Order,
    EquatableArray<string> Release)
{
    /// <summary>The class name without its plural: the companions' names begin with it.</summary>
    public string Singular => Class.Length > 1 && Class.EndsWith("s", StringComparison.Ordinal) ? Class.Substring(0, Class.Length - 1) : Class;

    public string WordsClass => Singular + "Words";

    public string TableClass => Singular + "Table";

    public string HandlersInterface => "I" + Handlers?.Name;
}

/// <summary>A command word that has a constant.</summary>
internal sealed record WordModel(string Name, uint Value, string Summary);

/// <summary>A table as emitters see it.</summary>
/// <param name="Header">The header.</param>
/// <param name="Words">Every command word that could be computed, in row order, rows with other errors included.</param>
/// <param name="Rows">The rows without errors, in the table's order.</param>
/// <param name="HandlersExist">The handlers struct is there, so that its other part can be generated.</param>
/// <param name="HasCode">False if nobody answers the commands here, or if the types that the row methods mention are missing.</param>
/// <param name="IsPublic">False if a type that the row methods mention is internal: they can then be no more than that.</param>
/// <param name="Path">The table's file.</param>
internal sealed record TableModel(
    HeaderModel Header,
    EquatableArray<WordModel> Words,
    EquatableArray<RowModel> Rows,
    bool HandlersExist,
    bool HasCode,
    bool IsPublic,
    string Path)
{
    /// <summary>What dispatch tells apart.</summary>
    public EquatableArray<uint> CommandWords => Commands.Select(row => row.Word!.Value).ToEquatableArray();

    public string Accessibility => IsPublic ? "public" : "internal";

    /// <summary>The rows with a command, in the table's order.</summary>
    public IEnumerable<RowModel> Commands => Rows.Where(row => row.Word is not null);

    public IEnumerable<RowModel> RelaxedRows => Rows.Where(row => row.Relaxed is not null);
}
