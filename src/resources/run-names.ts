import { randomInt } from 'node:crypto'

/** Names for runs that were given none: an adjective and an animal. They need not be unique, only easy to tell apart. */
export function generateSlug(): string {
  return `${pick(adjectives)}-${pick(animals)}`
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? ''
}

const adjectives = `
  able agile airy alert amber ample amused ancient ardent armored artful astute aware azure balmy beige belated benign big
  blazing blond blue bold bouncy brainy brave brawny breezy bright brisk bronze burly busy calm camel candid careful caring
  casual cerulean charming cheerful chestnut chirpy chubby civic clever cobalt coral cordial cosmic courageous crafty crimson
  curious cyan daffy dainty dandy dapper daring dark dazzling deft delicate demonic devout dexterous diligent dynamic eager
  earnest easy ebony elated electric elegant elfin emerald enigmatic esoteric exotic fair famous fancy fast fearless festive
  fiery fluffy fluorescent flying fond free frisky frosty funky fuzzy gainful garnet gentle giddy gifted glad glaring glossy
  golden graceful grand gray great green grinning groovy hairy handsome happy hardy hazel heavy hidden honest hopeful hungry
  hypnotic imposing indigo inquisitive invisible ivory jade jolly jovial jumping just keen khaki kind lanky lavender lean
  lemon liberal light lilac lively logical loyal lucky lush macho magenta magic magnetic mahogany majestic marvellous mature
  mauve meek mellow merry mighty military mindful mottled muscular mustard mysterious natural neat nebulous nifty nimble noble
  notorious obedient observant ocher olive onyx orange orchid organic original passionate peach pearl perfect persimmon pistachio
  placid platinum plum polite poised porcelain precious prompt proud prudent purple pygmy quaint quick quiet radiant rapid
  rational red refined resolute righteous roaring robust rose rough rousing royal ruby russet sage sapphire sassy satisfied
  scarlet sceptical secret sensible serious shiny silent silky silver slick smart smiling smoky solemn solid sophisticated
  sparkling speedy spicy spirited steadfast steel stirring stoic striped sturdy subtle sweet swift tall tan tangible tangy
  tasteful teal tentacled terrestrial thankful tidy tireless topaz tough transparent truthful turquoise ultra unbiased
  uncovered upbeat urban utopian valiant vehement venomous versatile vigilant vigorous violet vivid watchful whimsical wild
  wise witty wonderful woodoo xanthic yellow zealous zippy`
  .trim()
  .split(/\s+/)

const animals = `
  aardvark aardwolf adder albatross alligator alpaca anaconda angelfish ant anteater antelope ape armadillo asp axolotl baboon
  badger barracuda basilisk bat bear beaver bee beetle binturong bird bison bittern boa boar bobcat bonobo bug bull bullfrog
  bumblebee bustard butterfly buzzard camel capuchin capybara caracal caribou cassowary cat caterpillar catfish chameleon
  chamois cheetah chicken chihuahua chinchilla chipmunk cicada clam coati cobra cockatoo cod collie condor cormorant cougar
  coyote crab crane cricket crocodile crow cuckoo curlew dachshund deer dingo dodo dog dogfish dolphin donkey dormouse dove
  dragonfly duck dugong dunlin eagle earthworm eel eland elephant elk emu falcon ferret finch firefly fish flamingo fossa fox
  frog gazelle gecko gibbon giraffe gnat gnu goat goldfinch goose gopher gorilla goshawk grasshopper grouse guan guppy hamster
  hare hawk hedgehog heron hippo hornet horse hound hummingbird husky hyena ibex ibis iguana impala inchworm jackal jackdaw
  jaguar jay jellyfish junglefowl kakapo kangaroo kestrel kingfisher kiwi koala koel kudu labrador lark lemming lemur leopard
  limpet lion lionfish lizard llama lobster locust loris lynx macaque macaw magpie malamute mammoth manatee mandrill mantis
  marmoset marmot marten mastodon meerkat mink mole mongoose monkey moose mosquito moth mouse mule mussel narwhal newt nightingale
  numbat ocelot octopus okapi opossum orangutan orca oriole ostrich otter owl oyster panda pangolin panther parakeet parrot
  partridge peacock pegasus pelican penguin perch pheasant pigeon platypus polecat porcupine porpoise potoo prawn puffin puma
  python quail quetzal quokka rabbit raccoon rattlesnake raven reindeer rhino robin roadrunner rook rooster salamander salmon
  sambar scallop scorpion seagull seahorse seal serval shark sheep shrew shrimp skink skua skunk sloth snail snake snowfish
  sparrow spider squid squirrel starfish starling stingray stoat stork sturgeon swallow swan swift tamarin tapir tarantula
  termite tern tiger toad toucan trout tuatara tuna turkey turtle uakari unicorn urchin viper vole vulture wallaby walrus wasp
  weasel whale wildcat wolf wolverine wombat woodlouse woodpecker wren yak zebra`
  .trim()
  .split(/\s+/)
