using Xunit;

namespace VmmEngine.Cli.Tests.MachineCode;

/// <summary>The reader of machine code itself: it must notice a load that moved up.</summary>
public sealed class ListingTests
{
    private const string End = """
               jne      SHORT G_M000_IG10
        G_M000_IG03:                ;; offset=0x0062
               ret
        G_M000_IG10:                ;; offset=0x00D7
               call     [SlotLocks:Contended(byref)]
        """;

    [Theory]
    [InlineData("mov dword ptr [rsi], 1\n cmp dword ptr [rdi], 0\n", true)]
    [InlineData("mov dword ptr [rsi], ecx\n mov eax, dword ptr [rdi]\n test eax, eax\n", true)]
    [InlineData("cmp dword ptr [rdi], 0\n mov dword ptr [rsi], 1\n", false)]
    [InlineData("mov eax, dword ptr [rdi]\n mov dword ptr [rsi], 1\n test eax, eax\n", false)]
    public void TheOrderOfStoreAndLoadIsSeen(string begin, bool inOrder) =>
        Assert.Equal(inOrder, new Listing(begin + End).StoresMarkerBeforeItReads("Contended"));

    [Theory]
    [InlineData("cmp dword ptr [rdi], 0\n")]
    [InlineData("mov dword ptr [rbp-0x40], 1\n cmp dword ptr [rdi], 0\n")]
    [InlineData("mov dword ptr [rsi], 1\n call [Handler]\n cmp dword ptr [rdi], 0\n")]
    [InlineData("mov dword ptr [rsi], 1\n")]
    public void CodeOfAnotherShapeIsNotTakenForGood(string begin) =>
        Assert.Throws<FormatException>(() => new Listing(begin + End).StoresMarkerBeforeItReads("Contended"));

    [Fact]
    public void OnlyTheOptimisedCodeOfTheMethodIsFound()
    {
        const string Output = """
            ; Assembly listing for method Bare`1[X]:Ioctl(byref):int (Tier0)
                   nop
            ; Assembly listing for method Other`1[X]:Ioctl(byref):int (Tier1)
                   nop
            """;

        Assert.Null(Listing.Find(Output, "Bare`1", "Ioctl"));
        Assert.Equal(1, Listing.Find(Output, "Other`1", "Ioctl")?.Count("nop"));
    }
}
