namespace VmmEngine.Generators;

/// <summary>The names under which the pipeline's steps can be watched.</summary>
internal static class Steps
{
    public const string Read = nameof(Read);
    public const string Parse = nameof(Parse);
    public const string Facts = nameof(Facts);
    public const string Model = nameof(Model);
    public const string Identities = nameof(Identities);
    public const string Validate = nameof(Validate);
    public const string Problems = nameof(Problems);
    public const string Table = nameof(Table);
    public const string Hash = nameof(Hash);
    public const string EmitWords = nameof(EmitWords);
    public const string EmitRows = nameof(EmitRows);
    public const string EmitDispatch = nameof(EmitDispatch);
    public const string EmitHandlers = nameof(EmitHandlers);
    public const string EmitTable = nameof(EmitTable);
}
