using System.Text.RegularExpressions;

namespace VmmEngine.SoftX86.Tests.MachineCode;

/// <summary>
/// What the JIT makes of the handlers. That one jumps to the next is an optimization which the language does not promise: lost, a block costs a stack
/// frame an instruction.
/// </summary>
public sealed partial class HandlerCodeTests(HandlerListings listings) : IClassFixture<HandlerListings>
{
    // Their methods have a handler's parameters, but no micro-op points to them.
    private static readonly string[] s_others = [nameof(LazyFlags), nameof(BlockLoop), nameof(Stepping), nameof(Blocks), nameof(Quotients), nameof(SimdAccess)];

    private static readonly Handler[] s_generated = [.. Handler.All.Where(handler => handler.IsGenerated)];

    [X64Fact]
    public void NoGeneratedHandlerComesBackFromTheNext()
    {
        Handler[] wrong = [.. s_generated.Where(ComesBack)];

        Assert.True(wrong.Length == 0, listings.Describe(wrong));
    }

    [X64Fact]
    public void AGeneratedHandlerEndsInAJumpOrEndsTheBlock()
    {
        Handler[] wrong = [.. s_generated.Where(handler => listings.Of(handler)[^1] is var last && !Leaves().IsMatch(last) && !ThrowsOrJumps().IsMatch(last))];

        Assert.True(wrong.Length == 0, listings.Describe(wrong));
        Assert.Contains(s_generated, handler => listings.Of(handler)[^1].StartsWith("tail.jmp", StringComparison.Ordinal));
    }

    [X64Fact]
    public void APlainHandlerTouchesNoStack()
    {
        Handler[] plain = [.. s_generated.Where(handler => handler.IsPlain)];
        Handler[] wrong = [.. plain.Where(UsesStack)];

        Assert.True(plain.Length > 300, $"only {plain.Length} plain handlers");
        Assert.True(wrong.Length == 0, listings.Describe(wrong));
    }

    [X64Fact]
    public void BadHandlersAreFound()
    {
        Assert.Contains(nameof(BadHandlers.ComesBack), Handler.All.Where(ComesBack).Select(handler => handler.Name));
        Assert.Contains(nameof(BadHandlers.SavesARegister), Handler.All.Where(UsesStack).Select(handler => handler.Name));
    }

    // The vCPU takes the address of the code behind the runtime's stub: it must be there for good. See HandlerEntry.
    [Fact]
    public void EveryHandlerIsCompiledOnce() =>
        Assert.All(Handler.All.Where(handler => !s_others.Contains(handler.Type)), handler => Assert.True(handler.IsHot, $"{handler.Type}.{handler.Name}"));

    // Handlers call each other through pointers only.
    private bool ComesBack(Handler handler) => listings.Of(handler).Any(line => IndirectCall().IsMatch(line));

    private bool UsesStack(Handler handler) => listings.Of(handler).Any(line => Stack().IsMatch(line));

    [GeneratedRegex(@"^call\s+(r[a-z0-9]+$|\[r)")]
    private static partial Regex IndirectCall();

    [GeneratedRegex(@"^(push|pop|call)\b|\b(rsp|rbp)\b")]
    private static partial Regex Stack();

    [GeneratedRegex(@"^(tail\.jmp|ret)\b")]
    private static partial Regex Leaves();

    // A cold part may lie behind the end.
    [GeneratedRegex(@"^(int3|jmp)\b")]
    private static partial Regex ThrowsOrJumps();
}
