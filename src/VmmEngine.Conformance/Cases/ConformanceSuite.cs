namespace VmmEngine.Conformance.Cases;

/// <summary>All that is known of one interface.</summary>
/// <param name="Interface">Its name on the command line.</param>
/// <param name="Commands">The names of its commands.</param>
/// <param name="Cases">The cases.</param>
/// <param name="Errors">The documented errors, each of which has a case.</param>
/// <param name="Rules">The rules, each of which has a case.</param>
/// <param name="Sections">What the numbers of sections stand for; a number with a dot may be its parent's.</param>
public sealed record ConformanceSuite(
    string Interface, IReadOnlyList<string> Commands, IReadOnlyList<ConformanceCase> Cases, IReadOnlyList<DocumentedError> Errors, IReadOnlyList<Rule> Rules,
    IReadOnlyDictionary<string, string> Sections)
{
    /// <summary>A section with its title: "4.7, resetting".</summary>
    /// <exception cref="KeyNotFoundException">Neither it nor its parent has one.</exception>
    public string TitleOf(string section) =>
        $"{section}, {(Sections.TryGetValue(section, out string? title) ? title : Sections[section[..section.LastIndexOf('.')]])}";

    /// <summary>What of it has no case: commands, errors, rules. A line each, empty if all is well.</summary>
    public IEnumerable<string> Gaps()
    {
        HashSet<string> names = [.. Cases.Select(@case => @case.Name)];
        foreach (string command in Commands.Where(command => !Cases.Any(@case => @case.Commands.Contains(command))))
        {
            yield return $"{command} has no case";
        }

        foreach (DocumentedError error in Errors.Where(error => !Cases.Any(@case => Shows(@case, error))))
        {
            yield return $"{error.Command} is documented to answer {error.Error}, and no case is named {error.Command}/...-is-{error.Error}";
        }

        foreach (Rule rule in Rules)
        {
            if (rule.Cases.Length == 0)
            {
                yield return $"no case shows: {rule.Says}";
            }

            foreach (string missing in rule.Cases.Where(name => !names.Contains(name)))
            {
                yield return $"there is no case {missing}, which is to show: {rule.Says}";
            }
        }
    }

    /// <summary>The cases whose name, command or section contains one of the words; all if there are none.</summary>
    public IReadOnlyList<ConformanceCase> Choose(IReadOnlyCollection<string> words) =>
        words.Count == 0 ? Cases : [.. Cases.Where(@case => words.Any(word => IsMeant(@case, word)))];

    private static bool IsMeant(ConformanceCase @case, string word) =>
        @case.Name.Contains(word, StringComparison.OrdinalIgnoreCase)
        || @case.Commands.Any(command => command.Equals(word, StringComparison.OrdinalIgnoreCase));

    private static bool Shows(ConformanceCase @case, DocumentedError error) =>
        @case.Name.StartsWith(error.Command + "/", StringComparison.Ordinal) && @case.Name.EndsWith("-is-" + error.Error, StringComparison.Ordinal);
}
