using VmmEngine.Generators.Model;
using VmmEngine.Generators.Parsing;

namespace VmmEngine.Generators.Emit;

/// <summary>The command words as constants.</summary>
internal static class WordsEmitter
{
    public static GeneratedFile Emit(TableModel table)
    {
        HeaderModel header = table.Header;
        CodeWriter writer = CodeWriter.StartFile(header, [Imports.CodeDom]);
        writer.Line($"/// <summary>The command words of {Text.EscapeXml(header.Device)}, computed from the sizes of their arguments.</summary>");
        writer.Line(CodeWriter.GeneratedCode);
        writer.Line($"public static class {header.WordsClass}");
        writer.Open();
        for (int i = 0; i < table.Words.Count; i++)
        {
            if (i > 0)
            {
                writer.Line();
            }

            WordModel word = table.Words[i];
            writer.Line($"/// <summary>{Text.EscapeXml(word.Summary)}</summary>");
            writer.Line($"public const uint {word.Name} = 0x{word.Value.ToString("X8", Text.Invariant)};");
        }

        writer.Close();
        return new GeneratedFile(header.Name + ".Words.g.cs", writer.ToString());
    }
}
