using System.Runtime.CompilerServices;

namespace VmmEngine.SoftX86.Tests.MachineCode;

public sealed unsafe class HandlerEntryTests
{
    [X64Fact]
    public void TheEntryOfACompiledHandlerIsItsCode()
    {
        delegate*<Cpu*, MicroOp*, void> stub = &Once;
        Assert.Equal((nint)stub, (nint)HandlerEntry.Of(stub));
        Cpu cpu = default;

        stub(&cpu, null);
        delegate*<Cpu*, MicroOp*, void> entry = HandlerEntry.Of(stub);
        entry(&cpu, null);

        Assert.NotEqual((nint)stub, (nint)entry);
        Assert.Equal(2ul, cpu.FlagResult);
        Assert.Equal((nint)entry, (nint)HandlerEntry.Of(entry));
    }

    // A jump through a word that the code does not own may look like the first instruction of a stub.
    [Theory]
    [InlineData(new byte[] { 0xFF, 0x25, 0, 0, 0, 0, 0xC3, 0, 0, 0, 0, 0, 0, 0xFF, 0x25 })]
    [InlineData(new byte[] { 0xFF, 0x25, 0, 0, 0, 0, 0x4C, 0x8B, 0x15, 0, 0, 0, 0, 0xC3, 0 })]
    [InlineData(new byte[] { 0xE9, 0, 0, 0, 0, 0, 0x4C, 0x8B, 0x15, 0, 0, 0, 0, 0xFF, 0x25 })]
    public void CodeOfAnotherShapeStaysAsItIs(byte[] code)
    {
        ReadOnlySpan<byte> bytes = code;
        fixed (byte* place = bytes)
        {
            delegate*<Cpu*, MicroOp*, void> handler = (delegate*<Cpu*, MicroOp*, void>)place;
            Assert.Equal((nint)place, (nint)HandlerEntry.Of(handler));
        }
    }

    [MethodImpl(Handlers.Hot)]
    private static void Once(Cpu* cpu, MicroOp* op) => cpu->FlagResult++;
}
