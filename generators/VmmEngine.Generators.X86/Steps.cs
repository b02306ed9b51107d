namespace VmmEngine.Generators.X86;

/// <summary>The names under which the pipeline's steps can be watched.</summary>
internal static class Steps
{
    public const string Read = nameof(Read);
    public const string Parse = nameof(Parse);
    public const string Facts = nameof(Facts);
    public const string Model = nameof(Model);
    public const string Problems = nameof(Problems);
    public const string EmitHandlers = nameof(EmitHandlers);
    public const string EmitPairs = nameof(EmitPairs);
    public const string EmitSelection = nameof(EmitSelection);
    public const string EmitCoverage = nameof(EmitCoverage);
}
