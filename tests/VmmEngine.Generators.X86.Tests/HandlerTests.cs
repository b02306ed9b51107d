using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace VmmEngine.Generators.X86.Tests;

/// <summary>What rows become.</summary>
public class HandlerTests
{
    [Fact]
    public void AReadMissesBeforeAnythingChanges()
    {
        string text = Run.Of("Add rm 32 add base,free r = a + b").File("Operations/Add.g.cs");

        Assert.Contains(
            """
                /// <summary>add r32, [base+disp]</summary>
                [MethodImpl(Handlers.Hot)]
                public static void Add32RegBaseFlags(Cpu* cpu, MicroOp* op)
                {
                    ulong va = OperandAddress.Based(cpu, op);
                    if (Tlb.CanRead(cpu, va, 4, out TlbEntry* entry))
                    {
                        Add32RegMemoryFlags(cpu, op, va + entry->Addend);
                        op++;
                        op->Handler(cpu, op);
                        return;
                    }

                    cpu->ReadMiss(cpu, op, va);
                }
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void AHandlerWithDeadFlagsRecordsNone()
    {
        string text = Run.Of("Add rr 64 add free r = a + b").File("Operations/Add.g.cs");

        Assert.Contains(
            """
                public static void Add64RegReg(Cpu* cpu, MicroOp* op)
                {
                    ulong a = *(ulong*)((byte*)cpu + op->Destination);
                    ulong b = *(ulong*)((byte*)cpu + op->Source);
                    ulong r = a + b;
                    *(ulong*)((byte*)cpu + op->Destination) = r;
                    op++;
                    op->Handler(cpu, op);
                }
            """,
            text,
            StringComparison.Ordinal);
    }

    [Fact]
    public void HandlersThatDifferInTheAddressShareTheRest()
    {
        string text = Run.Of("Add mr 32 add base,index r = a + b").File("Operations/Add.g.cs");

        Assert.Equal(3, text.Split("Add32MemoryRegFlags(cpu, op, va + entry->Addend);").Length - 1);
        Assert.Single(Regex.Matches(text, "void Add32MemoryRegFlags"));
        Assert.Contains("*(uint*)(memory) = r;", text, StringComparison.Ordinal);
    }

    [Fact]
    public void APairComparesTheOperandsThemselves()
    {
        string text = Run.Of("Cmp rr 32 sub nowrite r = a - b", "Cmp rr 32 ge -").File("Pairs/Cmp.g.cs");

        Assert.Contains("if (!((int)a < (int)b))", text, StringComparison.Ordinal);
        Assert.DoesNotContain("op->Destination) =", text, StringComparison.Ordinal);
    }

    [Fact]
    public void ALockedHandlerTriesUntilNobodyHasWrittenBetween()
    {
        string text = Run.Of("Xadd mr 64 add lock r = a + b; s = a").File("Operations/Xadd.g.cs");

        Assert.Contains("if (Atomic.CompareExchange(place, r, a) == a)", text, StringComparison.Ordinal);
        Assert.True(text.IndexOf("CompareExchange", StringComparison.Ordinal) < text.LastIndexOf("op->Source) = s", StringComparison.Ordinal));
    }

    [Fact]
    public void AFamilyHasSixteenMembers()
    {
        Run run = Run.Of("Set{cc} r 8 - - r = (byte)(condition ? 1 : 0)");

        Assert.Empty(run.Diagnostics);
        Assert.Equal(16, run.Result.GeneratedSources.Count(source => source.HintName.StartsWith("Operations/Set", StringComparison.Ordinal)));
        Assert.Contains("r = (byte)(!condition ? 1 : 0)", run.File("Operations/Setne.g.cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void ACommentChangesNoGeneratedFile()
    {
        const string Row = "Add rr 64 add free r = a + b\n";
        Run run = Run.Of(Row);

        run.Change("# a comment\n" + Row);

        Assert.All(
            run.Result.TrackedSteps[Steps.EmitHandlers].SelectMany(step => step.Outputs),
            output => Assert.True(output.Reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{output.Reason}"));
    }
}
