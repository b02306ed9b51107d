using System.Text.RegularExpressions;
using VmmEngine.Native.Tests.Library;
using VmmEngine.Native.Tests.Programs;
using VmmEngine.Tests.Shared;

namespace VmmEngine.Native.Tests.Layouts;

/// <summary>
/// The installed headers against the C# declarations: two descriptions of the same interfaces, written apart, by the C compiler's own measure.
/// </summary>
[Collection(InstalledLibraryCollection.Name)]
public sealed partial class LayoutTests(InstalledLibrary library)
{
    public static TheoryData<string> Interfaces => [.. CInterface.All.Select(@interface => @interface.Name)];

    [ClientTheory]
    [MemberData(nameof(Interfaces))]
    public async Task StructsCommandWordsAndNumbersAreTheSame(string name)
    {
        CInterface @interface = Find(name);
        string[] constants = CommonConstants(@interface);
        string source = Path.Combine(Directory.CreateTempSubdirectory("vmm-layout-").FullName, $"layout-{name}.c");
        await File.WriteAllTextAsync(source, LayoutProgram.SourceOf(@interface, constants));

        string program = await library.Clients.CompileAloneAsync(source);
        CommandResult result = await DotnetCommand.TryRunAsync(library.Prefix, program);
        Directory.Delete(Path.GetDirectoryName(source)!, recursive: true);

        Assert.NotEmpty(constants);
        Assert.Equal(
            LayoutProgram.Expected(@interface, constants),
            result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [ClientTheory]
    [MemberData(nameof(Interfaces))]
    public void EveryStructOfTheHeadersIsCompared(string name)
    {
        CInterface @interface = Find(name);
        IEnumerable<string> compared = @interface.Structs.Select(type => CInterface.CType(type).Split(' ')[^1]);

        IEnumerable<string> declared = StructDeclaration().Matches(HeaderText(@interface)).Select(match => match.Groups[1].Value);

        // What the other revision alone has, of the header that both share.
        Assert.Empty(declared.Except([.. compared, "vm_mprotect_ept_params"]));
    }

    private static CInterface Find(string name) => CInterface.All.Single(@interface => @interface.Name == name);

    private string[] CommonConstants(CInterface @interface)
    {
        HashSet<string> words = [.. Identifier().Matches(HeaderText(@interface)).Select(match => match.Value)];
        return [.. LayoutProgram.Constants(@interface).Select(constant => constant.Name).Where(words.Contains).Distinct()];
    }

    private string HeaderText(CInterface @interface)
    {
        string path = Path.Combine(library.Prefix, "include", Path.ChangeExtension(@interface.Header, null));
        return string.Concat(Directory.EnumerateFiles(path, "*.h").Select(File.ReadAllText));
    }

    [GeneratedRegex(@"^(?:struct|union) (\w+) \{", RegexOptions.Multiline)]
    private static partial Regex StructDeclaration();

    [GeneratedRegex(@"\b[A-Z_0-9]+\b")]
    private static partial Regex Identifier();
}
